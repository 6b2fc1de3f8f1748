using Equipoise.Data;
using Equipoise.Evaluation;

namespace Equipoise.Tests.Evaluation;

/// <summary>Shapley contributions are what enumerating all orders gives, and obey their axioms.</summary>
public sealed class ShapleyTests
{
    /// <summary>Values by bit set: of two modalities none, a, v, av; of three none, a, t, at, v, av, tv, atv.</summary>
    private static readonly double[] Two = [0.17, 0.55, 0.30, 0.65], Three = [0.1, 0.3, 0.5, 0.6, 0.2, 0.35, 0.55, 0.7];

    [Fact]
    public void TheContributionsOfTwoAndThreeAreTheKnownOnes()
    {
        Near([0.365, 0.115], Shapley.Contributions(Two), 1e-12);
        Near([0.158333, 0.358333, 0.083333], Shapley.Contributions(Three), 1e-6);
        Near([0.45, 0.20], Shapley.Contributions([0, .. Two[1..]]), 1e-12);
    }

    [Fact]
    public void GapAndEvennessAreTheKnownOnes()
    {
        Assert.Equal(0.25, Shapley.Gap(Shapley.Contributions(Two)), 1e-12);
        Assert.Equal(0.275, Shapley.Gap(Shapley.Contributions(Three)), 1e-12);
        Assert.Equal(0.794347, Shapley.Evenness(Shapley.Contributions(Two)), 1e-6);
        Assert.Equal(0.849786, Shapley.Evenness(Shapley.Contributions(Three)), 1e-6);
    }

    [Fact]
    public void EvennessIsOneForEqualsZeroForOneAloneAndUnsaidWhereNobodyContributes()
    {
        Assert.Equal(1, Shapley.Evenness([0.2, 0.2, 0.2]), 1e-12);
        Assert.Equal(0, Shapley.Evenness([0.4, 0, -0.1]), 1e-12);
        Assert.True(double.IsNaN(Shapley.Evenness([0, -0.1])));
        Assert.True(double.IsNaN(Shapley.Evenness([0.5])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void ContributionsAreTheMeanOverAllOrders(int players)
    {
        SeededRandom random = new((ulong)players);
        double[] values = [.. Enumerable.Range(0, 1 << players).Select(_ => random.NextDouble())];
        double[] sums = new double[players];
        int[][] orders = [.. Orders([.. Enumerable.Range(0, players)])];
        foreach (int[] order in orders)
        {
            int set = 0;
            foreach (int player in order)
            {
                sums[player] += values[set | (1 << player)] - values[set];
                set |= 1 << player;
            }
        }
        double[] found = Shapley.Contributions(values);
        Near([.. sums.Select(sum => sum / orders.Length)], found, 1e-12);
        Assert.Equal(values[^1] - values[0], found.Sum(), 1e-12);
    }

    [Fact]
    public void WhoeverAddsNothingGetsNothingAndEqualsGetTheSame()
    {
        double[] found = Shapley.Contributions([.. Enumerable.Range(0, 8).Select(set => (set & 1) + (set >> 1 & 1) + 0.5 * (set & 1) * (set >> 1 & 1))]);
        Assert.Equal(0, found[2], 1e-12);
        Assert.Equal(found[0], found[1], 1e-12);
    }

    [Fact]
    public void ValuesThatAreNotThoseOfAllSubsetsAreRefused() => Assert.Throws<ArgumentException>(() => Shapley.Contributions([0, 1, 1]));

    private static void Near(double[] expected, double[] found, double tolerance) => Assert.Equal(expected, found, (a, b) => Math.Abs(a - b) < tolerance);

    private static IEnumerable<int[]> Orders(int[] rest) => rest.Length == 0
        ? [[]]
        : rest.SelectMany(first => Orders([.. rest.Where(other => other != first)]).Select(order => (int[])[first, .. order]));
}
