using Equipoise.Methods;
using Equipoise.Training;

namespace Equipoise.Tests.Methods;

/// <summary>The acceptance facts of the papers' specifications that are numbers alone.</summary>
public sealed class AcceptanceFactTests
{
    [Theory]
    [InlineData(30, 12, 0.8, 0.0359724199, 1)]
    [InlineData(12, 30, 0.8, 1, 0.0359724199)]
    [InlineData(30, 12, 0.1, 0.7550813376, 1)]
    [InlineData(40, 10, 0.3, 0.1663453930, 1)]
    [InlineData(5, 5, 0.1, 0.9003320054, 1)]
    public void OgmHoldsTheDominantModalityBack(double first, double second, double alpha, double k1, double k2)
    {
        double[] k = OgmCoefficients.Coefficients(OgmCoefficients.Ratios([first, second]), alpha);
        Assert.Equal(k1, k[0], 9);
        Assert.Equal(k2, k[1], 9);
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(52, 0.0319714185)]
    [InlineData(104, 0.0102217160)]
    public void Mla_fact_4_the_ridge_falls_within_each_epoch(int step, double expected)
    {
        Assert.Equal(expected, Mla.RidgeAt(0.1, 0.1, new StepPosition(3, step, 105)), 10);
        Assert.Equal(0.1, Mla.RidgeAt(0.1, 1, new StepPosition(3, step, 105)));
    }

    [Fact]
    public void OgmOfThreeDampsEveryModalityAboveTheOthers()
    {
        double[] ratios = OgmCoefficients.Ratios([4, 2, 1]);
        Assert.Equal([3, 1.25, 0.375], ratios);
        double[] k = OgmCoefficients.Coefficients(ratios, 0.5);
        Assert.Equal([1 - Math.Tanh(1.5), 1 - Math.Tanh(0.625), 1], k);
    }

    [Theory]
    [InlineData(1, -1, 5, 0.75)]
    [InlineData(1, 0, 9, 0.9)]
    [InlineData(1, 1.5, 4, 0.999)]
    [InlineData(4, 1.5, 1, 0.001)]
    [InlineData(0.01, 0.2, 5, 0.999)]
    public void MinNormWeighsTheFirstGradient(double a, double b, double c, double expected)
    {
        Assert.Equal(expected, MinNorm.FirstWeight(a, b, c), 12);
        Assert.Equal(expected, MinNorm.FirstWeight(2 * a, 2 * b, 2 * c), 12);
    }

    [Fact]
    public void MinNormIsTheShortestCombinationOnAGrid()
    {
        foreach (var (a, b, c) in new[] { (1.0, -0.4, 2.0), (0.3, 0.1, 5), (2, -1.9, 2), (1, 0, 1e-3) })
        {
            double weight = MinNorm.FirstWeight(a, b, c);
            double Length(double w) => w * w * a + 2 * w * (1 - w) * b + (1 - w) * (1 - w) * c;
            Assert.All(Enumerable.Range(0, 1001), i => Assert.True(Length(weight) <= Length(i / 1000.0) + 1e-5));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.05, 0.1488850336)]
    [InlineData(0.1, 0.2913126125)]
    [InlineData(0.2, 0.5370495670)]
    [InlineData(0.3, 0.7162978702)]
    [InlineData(0.5, 0.9051482536)]
    public void StrengthGrowsWithTheGapWhateverItsSign(double gap, double strength)
    {
        Assert.Equal(strength, Purity.Strength(0.4 + gap, 0.4, 3), 9);
        Assert.Equal(strength, Purity.Strength(0.4, 0.4 + gap, 3), 9);
    }

    [Fact]
    public void PurityCountsTheLargestClassOfEachCluster()
    {
        long[] labels = [0, 0, 0, 1, 1, 1, 2, 2];
        Assert.Equal(0.75, Purity.Of([0, 0, 1, 1, 1, 2, 2, 2], labels));
        Assert.Equal(0.75, Purity.Of([5, 5, 0, 0, 0, 9, 9, 9], labels));
        Assert.Equal(1, Purity.Of([3, 3, 3, 1, 1, 1, 2, 2], labels));
        Assert.Equal(3.0 / 8, Purity.Of(new int[8], labels));
    }

    [Fact]
    public void FeaturesAreScaledToTheWholeRange()
    {
        float[][] scaled = Purity.Scale([[1, 5, 0], [3, 5, 10], [2, 5, 5]]);
        Assert.Equal([-1f, -1, -1], scaled[0]);
        Assert.Equal([1f, -1, 1], scaled[1]);
        Assert.Equal([0f, -1, 0], scaled[2]);
    }
}
