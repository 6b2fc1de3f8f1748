namespace Equipoise.Torch;

/// <summary>
/// Where new tensors lie, on this thread, until disposed: what is made inside (zeros, copies of arrays, masks) lies where the parameters do,
/// and nothing has to be told where. Without one it is the processor.
/// </summary>
public readonly ref struct DeviceScope
{
    [ThreadStatic] private static Device t_current;

    private readonly Device _previous;

    private DeviceScope(Device device)
    {
        _previous = t_current;
        t_current = device;
    }

    /// <summary>Where new tensors lie now, on this thread.</summary>
    public static Device Current => t_current;

    /// <summary>Begins.</summary>
    public static DeviceScope Begin(Device device) => new(device);

    /// <summary>Restores what was before.</summary>
    public void Dispose() => t_current = _previous;
}
