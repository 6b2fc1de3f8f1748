namespace Equipoise.Tests.Laws;

/// <summary>Exchanging the modalities exchanges the results, wherever the paper has no order among them.</summary>
public sealed class ExchangeLawTests
{
    /// <summary>All but unimodal training, which has one modality, and mla, which takes turns; noise follows the order of the tensors.</summary>
    public static TheoryData<string> Symmetric =>
    [
        .. Variants.All.Where(block => !block.Contains("unimodal", StringComparison.Ordinal) && !block.Contains("mla", StringComparison.Ordinal))
            .Select(block => block.Replace("ogm-ge", "ogm-ge, noise: 0", StringComparison.Ordinal)),
        "{name: mmpareto, rescale: encoder}", "{name: ogm, parameters: all, alpha: 0.3}", "[{name: uniform}, {name: ogm}]",
    ];

    [Theory]
    [MemberData(nameof(Symmetric))]
    public void TheOrderOfTheModalitiesDoesNotMatter(string block)
    {
        foreach (TrialSpec spec in Variants.Trials(block).Select(spec => spec with { Absent = true }))
        {
            var (name, error) = Law.Worst(Law.Train(spec), Law.Train(spec with { Modalities = [.. spec.Modalities.Reverse()] }));
            Assert.True(error < 1e-4, $"{spec}: {name} differs by {error:e1}");
        }
    }

    [Theory]
    [InlineData("{name: mla}")]
    [InlineData("{name: mla, fusion: fixed}")]
    [InlineData("{name: qmf}")]
    public void TestTimeFusionHasNoOrder(string block)
    {
        TrialSpec spec = new(block) { Modalities = TrialSpec.First(3) };
        using Trial straight = new(spec), exchanged = new(spec with { Modalities = ["c", "a", "b"] });
        Assert.Equal(straight.Predict(0), exchanged.Predict(0), (left, right) => Math.Abs(left - right) < 1e-5);
    }

    [Fact]
    public void AlternatingFollowsItsOwnOrder()
    {
        TrialSpec free = new("{name: mla}"), ordered = new("{name: mla, order: [b, a]}");
        Dictionary<string, float[]> exchanged = Law.Train(free with { Modalities = ["b", "a"] });
        Assert.NotEmpty(Law.Changed(Law.Train(free), exchanged));
        Law.SameBits(exchanged, Law.Train(ordered), "ordered");
        Law.SameBits(exchanged, Law.Train(ordered with { Modalities = ["b", "a"] }), "ordered and exchanged");
    }
}
