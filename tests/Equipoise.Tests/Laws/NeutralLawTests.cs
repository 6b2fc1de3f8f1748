namespace Equipoise.Tests.Laws;

/// <summary>A method with settings that do nothing is the method without them, to the last bit.</summary>
public sealed class NeutralLawTests
{
    [Theory]
    [InlineData("{name: ogm, alpha: 0}", "{name: joint}")]
    [InlineData("{name: ogm, start_epoch: 5, end_epoch: 9}", "{name: joint}")]
    [InlineData("{name: ogm, start_epoch: 5, end_epoch: 4}", "{name: joint}")]
    [InlineData("{name: ogm-ge, start_epoch: 5, end_epoch: 9}", "{name: joint}")]
    [InlineData("{name: ogm-ge, alpha: 0, noise: 0}", "{name: joint}")]
    [InlineData("{name: ogm-ge, noise: 0}", "{name: ogm}")]
    [InlineData("{name: ogm-ge, noise: 0, alpha: 0.3, parameters: all}", "{name: ogm, alpha: 0.3, parameters: all}")]
    [InlineData("{name: relearn, every: 1, lambda: 0}", "{name: joint}")]
    [InlineData("{name: relearn, every: 1, lambda: 0, reset_momentum: true, reset_buffers: true}", "{name: joint}")]
    [InlineData("{name: relearn, every: 1, times: 0}", "{name: joint}")]
    [InlineData("{name: relearn, every: 7}", "{name: joint}")]
    [InlineData("[{name: uniform}, {name: ogm, alpha: 0}]", "{name: uniform}")]
    [InlineData("[{name: mmpareto}, {name: relearn, every: 1, lambda: 0}]", "{name: mmpareto}")]
    [InlineData("[{name: qmf}, {name: ogm-ge, alpha: 0, noise: 0}]", "{name: qmf}")]
    [InlineData("{name: mla, ridge: 1e30}", "{name: mla, head_gradient: off}")]
    [InlineData("{name: mla, ridge_decay: 1}", "{name: mla}")]
    [InlineData("[{name: mla}, {name: ogm, start_epoch: 5, end_epoch: 9}]", "{name: mla}")]
    public void NeutralSettingsChangeNoBit(string neutral, string plain)
    {
        foreach (TrialSpec spec in Variants.Trials(neutral).Select(spec => spec with { Absent = true }))
            Law.SameBits(Law.Train(spec with { Method = plain }), Law.Train(spec), $"{spec}");
    }

    [Theory]
    [InlineData("{name: ogm}")]
    [InlineData("{name: ogm-ge, alpha: 0}")]
    [InlineData("{name: relearn, every: 1}")]
    public void OtherSettingsDoChangeSomething(string block)
    {
        foreach (TrialSpec spec in Variants.Trials(block))
            Assert.NotEmpty(Law.Changed(Law.Train(spec with { Method = "{name: joint}" }), Law.Train(spec)));
    }

    [Fact]
    public void TheSameSettingsGiveTheSameBitsTwice()
    {
        foreach (TrialSpec spec in Variants.All.SelectMany(Variants.Trials)) Law.SameBits(Law.Train(spec), Law.Train(spec), $"{spec}");
    }
}
