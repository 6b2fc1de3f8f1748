using System.Text;
using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>Where tensors lie and are computed: the processor, a graphics card, or what else libtorch knows.</summary>
public readonly unsafe record struct Device
{
    private const int CpuType = 0;
    private const int CudaType = 1;

    internal Device(int type, int index) => (Type, Index) = (type, index);

    /// <summary>The processor.</summary>
    public static Device Cpu => default;

    /// <summary>Whether it is the processor.</summary>
    public bool IsCpu => Type == CpuType;

    /// <summary>Whether it is a card that CUDA drives.</summary>
    public bool IsCuda => Type == CudaType;

    /// <summary>Whether this libtorch, on this machine, has it.</summary>
    public bool IsUsable => Index < CountOf(Type);

    /// <summary>libtorch's number of the kind of device.</summary>
    internal int Type { get; }

    /// <summary>Which of its kind, from 0.</summary>
    internal int Index { get; }

    /// <summary>Reads a name as libtorch has it: <c>cpu</c>, <c>cuda</c> (the first card), <c>cuda:1</c>.</summary>
    /// <returns>Whether it names a kind of device that libtorch knows; it need not be here.</returns>
    public static bool TryParse(string text, out Device device)
    {
        TorchRuntime.EnsureLoaded();
        int type, index;
        byte[] name = Encoding.UTF8.GetBytes(text + '\0');
        fixed (byte* start = name)
        {
            if (NativeMethods.eq_device_parse(start, &type, &index) != (int)StatusCode.Ok)
            {
                device = Cpu;
                return false;
            }
        }
        device = type == CpuType ? Cpu : new Device(type, Math.Max(0, index));
        return true;
    }

    /// <summary>How many cards CUDA has here.</summary>
    public static int CudaCount => CountOf(CudaType);

    /// <summary>The name, as <see cref="TryParse"/> reads it.</summary>
    public override string ToString()
    {
        if (IsCpu) return "cpu";
        byte* name;
        TorchRuntime.EnsureLoaded();
        NativeStatus.Check(NativeMethods.eq_device_name(Type, &name), "Device");
        return $"{NativeStatus.Text(name)}:{Index}";
    }

    private static int CountOf(int type)
    {
        TorchRuntime.EnsureLoaded();
        int count;
        NativeStatus.Check(NativeMethods.eq_devices(type, &count), "Device");
        return count;
    }
}
