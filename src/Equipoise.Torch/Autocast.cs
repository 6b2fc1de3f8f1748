using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>
/// Lets convolutions, matrix products and what follows them compute in <see cref="DType.BFloat16"/> on this thread until disposed; parameters and
/// their gradients stay in single precision. A backward pass belongs after it.
/// </summary>
public readonly ref struct Autocast
{
    [ThreadStatic] private static bool t_on;

    private readonly bool _begun;

    private Autocast(DType type)
    {
        TorchRuntime.EnsureLoaded();
        Switch(enabled: true, type);
        _begun = true;
    }

    /// <summary>Begins.</summary>
    public static Autocast BFloat16() => new(DType.BFloat16);

    /// <summary>Whether it is on, on this thread.</summary>
    internal static bool IsOn => t_on;

    /// <summary>Ends, and forgets the converted parameters.</summary>
    public void Dispose()
    {
        if (_begun) Switch(enabled: false, DType.BFloat16);
    }

    private static void Switch(bool enabled, DType type)
    {
        NativeStatus.Check(NativeMethods.eq_autocast(enabled ? 1 : 0, (int)type), "Autocast");
        t_on = enabled;
    }
}
