using Equipoise.Data;

namespace Equipoise.Tests.Laws;

/// <summary>Modulation begins and ends with the epochs named, both included.</summary>
public sealed class WindowLawTests
{
    [Theory]
    [InlineData("ogm")]
    [InlineData("ogm-ge")]
    public void BothEdgesBelongToTheWindow(string name)
    {
        SeededRandom random = new(8);
        for (int round = 0; round < 6; round++)
        {
            int start = 1 + random.Next(30), end = start + random.Next(3);
            TrialSpec spec = new($"{{name: {name}, start_epoch: {start}, end_epoch: {end}}}", "concat") { Seed = (ulong)round };
            foreach (int epoch in (int[])[0, start - 1, end + 1, end + 100]) Assert.Empty(ChangedAt(spec, epoch));
            foreach (int epoch in (int[])[start, end]) Assert.NotEmpty(ChangedAt(spec, epoch));
        }
    }

    private static IEnumerable<string> ChangedAt(TrialSpec spec, int epoch) => Law.Changed(After(spec with { Method = "{name: joint}" }, epoch), After(spec, epoch));

    private static Dictionary<string, float[]> After(TrialSpec spec, int epoch)
    {
        using Trial trial = new(spec);
        trial.Step(0, epoch);
        return trial.Values();
    }
}
