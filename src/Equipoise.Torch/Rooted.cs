using System.Runtime.InteropServices;

namespace Equipoise.Torch;

/// <summary>
/// The one choke point where a handle becomes a pointer: the handle is rooted for as long as this lives, so neither the
/// garbage collector nor a concurrent <c>Dispose</c> can free the tensor during a native call.
/// </summary>
internal readonly ref struct Rooted
{
    private readonly SafeHandle? _handle;

    internal Rooted(Tensor? tensor) : this(tensor?.Handle)
    {
    }

    internal Rooted(SafeHandle? handle)
    {
        _handle = handle;
        Pointer = handle is null ? 0 : Root(handle);
    }

    /// <summary>The native pointer; 0 for null.</summary>
    internal nint Pointer { get; }

    public void Dispose() => _handle?.DangerousRelease();

    /// <summary>Adds a reference and returns the pointer; pair with <see cref="Release"/>.</summary>
    internal static nint Root(SafeHandle handle)
    {
        bool added = false;
        handle.DangerousAddRef(ref added);
        return handle.DangerousGetHandle();
    }

    internal static void Release(SafeHandle handle) => handle.DangerousRelease();
}
