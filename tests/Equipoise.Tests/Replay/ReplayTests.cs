using Equipoise.Replay;

namespace Equipoise.Tests.Replay;

/// <summary>Every recorded trace of the reference implementations is met.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Cases =>
        [.. Directory.GetDirectories(Repository.Path("tests/golden")).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TheTraceIsMet(string name)
    {
        ReplayResult result = ReplayRunner.Run(Repository.Path($"tests/golden/{name}"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {result.Error:e2} in {result.Worst}");
        Assert.True(result.Error < 1e-5, $"{result.Worst}: {result.Error:e2}");
    }
}
