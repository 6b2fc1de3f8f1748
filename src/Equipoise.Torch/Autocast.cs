using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>
/// Lets convolutions, matrix products and what follows them compute in half precision on this thread, where new tensors lie
/// (<see cref="DeviceScope"/>), until disposed; parameters and their gradients stay in single precision. A backward pass belongs after it.
/// </summary>
public readonly ref struct Autocast
{
    [ThreadStatic] private static DType? t_type;

    private readonly bool _begun;
    private readonly Device _device;

    private Autocast(DType type)
    {
        TorchRuntime.EnsureLoaded();
        _device = DeviceScope.Current;
        Switch(type, _device);
        _begun = true;
    }

    /// <summary>Begins.</summary>
    /// <param name="type"><see cref="DType.BFloat16"/>, on the processor too, or <see cref="DType.Float16"/>, on a card; null changes nothing.</param>
    public static Autocast To(DType? type) => type is { } half ? new Autocast(half) : default;

    /// <summary>What is computed in on this thread; null where it is off.</summary>
    internal static DType? Current => t_type;

    /// <summary>Ends, and forgets the converted parameters.</summary>
    public void Dispose()
    {
        if (_begun) Switch(null, _device);
    }

    private static void Switch(DType? type, Device device)
    {
        NativeStatus.Check(NativeMethods.eq_autocast(type is null ? 0 : 1, device.Type, (int)(type ?? DType.Float32)), "Autocast");
        t_type = type;
    }
}
