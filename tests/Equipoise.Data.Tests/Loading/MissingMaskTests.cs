using Equipoise.Data.Tests.Packs;

namespace Equipoise.Data.Tests.Loading;

/// <summary>Masks of missing modalities: MLA's acceptance fact 10, for any number of modalities, samples and rates.</summary>
public sealed class MissingMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.3)]
    [InlineData(0.4)]
    [InlineData(0.5)]
    [InlineData(0.6)]
    [InlineData(0.66)]
    public void Mla_fact_10_EveryRowKeepsOneAndTheRateIsMet(double rate)
    {
        bool[,] mask = MissingMask.Draw(2000, 3, rate, new SeededRandom(7));
        Assert.DoesNotContain(0, Rows(mask));
        Assert.InRange(Absent(mask), rate - 0.005, rate + 0.005);
    }

    [Theory]
    [InlineData(0.67)]
    [InlineData(0.7)]
    [InlineData(1)]
    public void Mla_fact_10_AHighRateKeepsExactlyOnePerRow(double rate)
    {
        bool[,] mask = MissingMask.Draw(3000, 3, rate, new SeededRandom(7));
        Assert.All(Rows(mask), kept => Assert.Equal(1, kept));
        for (int m = 0; m < 3; m++) Assert.InRange(Enumerable.Range(0, 3000).Count(i => mask[i, m]) / 3000.0, 0.3, 0.37);
    }

    [Fact]
    public void Mla_fact_10_HalfMissingLeavesOneTwoOrThreeAsMeasured()
    {
        int[] rows = Rows(MissingMask.Draw(20000, 3, 0.5, new SeededRandom(11)));
        Assert.Equal(0.57, rows.Count(kept => kept == 1) / 20000.0, 0.02);
        Assert.Equal(0.37, rows.Count(kept => kept == 2) / 20000.0, 0.02);
        Assert.Equal(0.06, rows.Count(kept => kept == 3) / 20000.0, 0.02);
    }

    [Fact]
    public void EveryNumberOfModalitiesSamplesAndEveryRateComesAsNearAsWholeSlotsAllow()
    {
        foreach (int modalities in (int[])[1, 2, 3, 4, 6])
            foreach (int samples in (int[])[0, 1, 2, 3, 5, 17, 100, 1000])
                for (double rate = 0; rate <= 1; rate += 0.045)
                {
                    bool[,] mask = MissingMask.Draw(samples, modalities, rate, new SeededRandom((ulong)samples));
                    Assert.DoesNotContain(0, Rows(mask));
                    double reachable = Math.Min(rate, 1 - 1.0 / modalities), slots = samples * modalities;
                    if (samples > 0) Assert.InRange(Absent(mask), reachable - Math.Max(0.005, 0.5001 / slots), reachable + Math.Max(0.005, 0.5001 / slots));
                }
    }

    [Fact]
    public void TheSeedDecides()
    {
        bool[,] first = MissingMask.Draw(500, 2, 0.3, new SeededRandom(1)), again = MissingMask.Draw(500, 2, 0.3, new SeededRandom(1)), other = MissingMask.Draw(500, 2, 0.3, new SeededRandom(2));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData(-1, 2, 0.5)]
    [InlineData(5, 0, 0.5)]
    [InlineData(5, 2, -0.1)]
    [InlineData(5, 2, 1.1)]
    [InlineData(5, 2, double.NaN)]
    public void WhatIsNoMaskIsRefused(int samples, int modalities, double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MissingMask.Draw(samples, modalities, rate, new SeededRandom(0)));

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    public void WhatThePackLacksStaysAbsentAndEverySampleKeepsWhatItCan(double rate)
    {
        using TempFolder folder = new();
        SmallPack.Write(folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        PackSplit train = pack.Split("train");
        MissingMask mask = MissingMask.For(train, ["sound", "vector"], rate, seed: 3);
        bool[] sound = train.Present("sound")!;
        for (int i = 0; i < train.Count; i++) Assert.True(mask.Kept("vector")[i] || (mask.Kept("sound")[i] && sound[i]));
        PackSplit masked = train.Masked(mask, MissingMode.Absent);
        for (int i = 0; i < train.Count; i++) Assert.Equal(sound[i] && mask.Kept("sound")[i], masked.Present("sound")![i]);
        int absent = masked.Present("sound")!.Count(here => !here) + masked.Present("vector")!.Count(here => !here);
        Assert.Equal(absent / 24.0, mask.Realised, 12);
        Assert.Null(masked.Present("clip"));
    }

    [Theory]
    [InlineData(MissingMode.Absent)]
    [InlineData(MissingMode.Zero)]
    public void WhatIsMissingIsZerosAndTheModelKnowsOnlyWhereItIsAbsent(MissingMode mode)
    {
        using TempFolder folder = new();
        SmallPack.Write(folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        PackSplit val = pack.Split("val");
        MissingMask mask = MissingMask.For(val, ["picture", "vector"], 0.5, seed: 1);
        ModalityInput input = new(pack.Modality("vector"), new InputNormalisation([3], [2]), []);
        using Batch batch = new Loader(val.Masked(mask, mode), [input], new LoaderOptions { BatchSize = 6 }).Epoch(0).Single();
        using Torch.TensorScope scope = Torch.TensorScope.Begin();
        float[][] rows = [.. batch.Inputs["vector"].ToArray<float>().Chunk(7)];
        for (int i = 0; i < 6; i++) Assert.Equal(!mask.Kept("vector")[i], rows[i].All(value => value == 0));
        Assert.Equal(mode == MissingMode.Absent, batch.Present.ContainsKey("vector"));
        InputNormalisation kept = InputNormalisation.Compute(val.Masked(mask, mode), pack.Modality("vector"));
        Assert.NotEqual(kept.Mean, InputNormalisation.Compute(val, pack.Modality("vector")).Mean);
    }

    private static int[] Rows(bool[,] mask) => [.. Enumerable.Range(0, mask.GetLength(0)).Select(i => Enumerable.Range(0, mask.GetLength(1)).Count(m => mask[i, m]))];

    private static double Absent(bool[,] mask) => 1 - Rows(mask).Sum() / (double)mask.Length;
}
