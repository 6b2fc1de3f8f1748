using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Equipoise.Torch;

namespace Equipoise.Devices.Tests;

/// <summary>
/// A device that behaves as a card does where it matters for placement (StandIn/standin.cpp): memory that the processor cannot read, no mixing with
/// tensors of the processor, a backward pass on another thread. It is there before libtorch counts its devices, at the first backward pass.
/// </summary>
internal static class StandInDevice
{
    internal static Device Here { get; private set; }

#pragma warning disable CA2255 // every test of this program needs it
    [ModuleInitializer]
    internal static void Load()
    {
        _ = TorchRuntime.Version;
        NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libstandin_device.so"));
        Assert.True(Device.TryParse("privateuseone", out Device device));
        Here = device;
    }
#pragma warning restore CA2255
}
