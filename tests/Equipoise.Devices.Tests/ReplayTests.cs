using Equipoise.Replay;
using Equipoise.Torch;

namespace Equipoise.Devices.Tests;

/// <summary>The recorded traces of the reference implementations, computed on another device.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Repository.Path("tests/golden")).Select(folder => Path.GetFileName(folder)!).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TracesAreMetOnAnotherDevice(string name)
    {
        ReplayResult result = ReplayRunner.Run(Repository.Path($"tests/golden/{name}"), tolerance: 1e-5, TestDevice.Here);
        Assert.True(result.Passed, $"{result.Worst}: {result.Error}");
        Assert.True(DeviceScope.Current.IsCpu);
    }
}
