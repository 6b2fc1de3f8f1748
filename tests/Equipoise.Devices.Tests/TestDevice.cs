using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Equipoise.Torch;

namespace Equipoise.Devices.Tests;

/// <summary>
/// The device that these tests compute on: what EQUIPOISE_TEST_DEVICE names (cuda, say), else a stand-in that behaves as a card does where it matters
/// for placement (StandIn/standin.cpp): memory that the processor cannot read, no mixing with tensors of the processor, a backward pass on another thread.
/// </summary>
internal static class TestDevice
{
    private const string StandIn = "privateuseone";

    internal static Device Here { get; private set; }

    /// <summary>Before libtorch counts its devices, at the first backward pass.</summary>
#pragma warning disable CA2255 // every test of this program needs it
    [ModuleInitializer]
    internal static void Load()
    {
        string name = Environment.GetEnvironmentVariable("EQUIPOISE_TEST_DEVICE") is { Length: > 0 } chosen ? chosen : StandIn;
        _ = TorchRuntime.Version;
        if (name == StandIn) NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libstandin_device.so"));
        if (!Device.TryParse(name, out Device device) || !device.IsUsable) throw new InvalidOperationException($"EQUIPOISE_TEST_DEVICE: {name} is not here");
        if (name != StandIn) TorchRuntime.SetNumerics(tf32: false, deterministic: true);
        Here = device;
    }
#pragma warning restore CA2255
}
