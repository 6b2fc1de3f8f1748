namespace Equipoise.Tests.Laws;

/// <summary>
/// With linear encoders under heads that stay as they are, every loss is convex in what moves; a short step then lowers it.
/// </summary>
public sealed class DescentLawTests
{
    [Theory]
    [InlineData("{name: joint}", "")]
    [InlineData("{name: uniform}", "")]
    [InlineData("{name: ogm}", "")]
    [InlineData("{name: ogm-ge, noise: 0, parameters: all}", "")]
    [InlineData("{name: relearn}", "")]
    [InlineData("{name: unimodal, modality: a}", "")]
    [InlineData("{name: qmf}", "fused a b")]
    [InlineData("{name: mla}", "a b")]
    [InlineData("{name: mgda}", "joint")]
    [InlineData("{name: mgda}", "")]
    [InlineData("{name: mmpareto, rescale: encoder}", "")]
    [InlineData("{name: mmpareto}", "")]
    public void AShortStepLowersTheLoss(string block, string losses)
    {
        foreach (TrialSpec spec in Variants.Trials(block).Where(spec => spec.Fusion is not ("film" or "gated")))
            for (ulong seed = 0; seed < 4; seed++)
            {
                TrialSpec toy = spec with { Linear = true, EncodersOnly = true, Seed = seed, Optimizer = new("sgd", 0.01, 0, 0) };
                using Trial trial = new(toy);
                var before = Losses(trial, losses);
                var after = Losses(trial, losses);
                Assert.All(before, pair => Assert.True(after[pair.Key] < pair.Value, $"{toy}: {pair.Key} went from {pair.Value} to {after[pair.Key]}"));
            }
    }

    [Fact]
    public void AProjectedStepOfTheHeadNeverRaisesTheLoss()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            using Trial trial = new(new TrialSpec("{name: mla, ridge: 0.5}") { Linear = true, Seed = seed, Optimizer = new("sgd", 0.01, 0, 0) });
            double first = Losses(trial, "a b").Values.Sum();
            for (int i = 0; i < 5; i++) trial.Step(0);
            Assert.True(Losses(trial, "a b").Values.Sum() < first);
        }
    }

    /// <summary>Steps once on the same batch; what the losses were before the step. Empty: what is minimised.</summary>
    private static Dictionary<string, double> Losses(Trial trial, string names)
    {
        var record = trial.Step(0);
        return names.Length == 0 ? new() { ["total"] = record.MeanTotal } : names.Split(' ').ToDictionary(name => name, name => record.MeanLosses[name]);
    }
}
