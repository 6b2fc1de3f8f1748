using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Torch;

namespace Equipoise.Tests.Methods;

/// <summary>What methods decide by a formula or an iteration, against trying everything.</summary>
public sealed class BruteForceTests
{
    [Fact]
    public void NoCombinationOnAGridIsShorterThanTheMinNormOne()
    {
        SeededRandom random = new(1);
        for (int round = 0; round < 300; round++)
        {
            double[] first = Gaussians(random, 4, Math.Pow(10, random.NextDouble(-3, 3))), second = Gaussians(random, 4, Math.Pow(10, random.NextDouble(-3, 3)));
            double a = Inner(first, first), b = Inner(first, second), c = Inner(second, second);
            double Length(double weight) => weight * weight * a + 2 * weight * (1 - weight) * b + (1 - weight) * (1 - weight) * c;
            double found = MinNorm.FirstWeight(a, b, c), best = Enumerable.Range(0, 2001).Min(i => Length(i / 2000.0));
            // At the ends the paper's weights stay a thousandth inside.
            double slack = found is 0.999 or 0.001 ? 0.003 * Math.Max(a, c) : 1e-9 * Math.Max(a, c);
            Assert.InRange(found, 0, 1);
            Assert.True(Length(found) <= best + slack, $"{Length(found)} at {found}, but {best} on the grid");
        }
    }

    [Fact]
    public void AnInteriorMinNormVectorServesBothGradientsAlike()
    {
        SeededRandom random = new(2);
        for (int round = 0; round < 300; round++)
        {
            double[] first = Gaussians(random, 6, 1), second = Gaussians(random, 6, 2);
            double weight = MinNorm.FirstWeight(Inner(first, first), Inner(first, second), Inner(second, second));
            if (weight is 0.999 or 0.001) continue;
            double[] shortest = [.. first.Zip(second, (g, h) => weight * g + (1 - weight) * h)];
            Assert.Equal(Inner(shortest, shortest), Inner(shortest, first), 9);
            Assert.Equal(Inner(shortest, shortest), Inner(shortest, second), 9);
        }
    }

    [Fact]
    public void PurityIsTheBestOfAllWaysToNameTheClusters()
    {
        SeededRandom random = new(3);
        for (int round = 0; round < 100; round++)
        {
            int rows = 1 + random.Next(12), clusters = 1 + random.Next(4), classes = 1 + random.Next(4);
            int[] assigned = [.. Enumerable.Range(0, rows).Select(_ => random.Next(clusters))];
            long[] labels = [.. Enumerable.Range(0, rows).Select(_ => (long)random.Next(classes))];
            double best = Sequences(clusters, classes).Max(names => assigned.Zip(labels).Count(row => names[row.First] == row.Second) / (double)rows);
            Assert.Equal(best, Purity.Of(assigned, labels), 12);
        }
    }

    [Fact]
    public void KMeansFindsTheBestOfAllPartitionsOfAFewPoints()
    {
        SeededRandom random = new(4);
        for (int round = 0; round < 40; round++)
        {
            int count = 3 + random.Next(6), clusters = 1 + random.Next(3), width = 1 + random.Next(3);
            float[][] rows = [.. Enumerable.Range(0, count).Select(_ => Gaussians(random, width, 1).Select(value => (float)value).ToArray())];
            double best = Sequences(count, clusters).Min(partition => Cost(rows, partition));
            int[] found = KMeans.Assign(rows, clusters, restarts: 40, new SeededRandom((ulong)round));
            Assert.Equal(best, Cost(rows, found), 9);
        }
    }

    [Fact]
    public void KMeansOfEqualPointsOrOfMoreClustersThanPointsStaysFinite()
    {
        float[][] equal = [[1, 2], [1, 2], [1, 2]];
        Assert.Equal(0, Cost(equal, KMeans.Assign(equal, 2, 3, new SeededRandom(1))));
        float[][] few = [[1, 2], [3, 4]];
        Assert.Equal(2, KMeans.Assign(few, 5, 3, new SeededRandom(1)).Distinct().Count());
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    [InlineData(0.01)]
    public void FoldingFeatureAfterFeatureIsTheInverseOfTheirRegularisedSum(double ridge)
    {
        SeededRandom random = new(5);
        double[][] features = [.. Enumerable.Range(0, 7).Select(_ => Gaussians(random, 5, 1))];
        double[,] sum = Identity(5);
        foreach (double[] r in features)
            for (int i = 0; i < 5; i++)
                for (int j = 0; j < 5; j++) sum[i, j] += r[i] * r[j] / ridge;
        AssertNear(Inverse(sum), Folded(features, 5, ridge), 2e-5);
    }

    [Fact]
    public void WithAVanishingRidgeTheProjectionIsThatOfThePseudoInverse()
    {
        SeededRandom random = new(6);
        foreach (int count in (int[])[1, 2, 4])
        {
            double[][] features = [.. Enumerable.Range(0, count).Select(_ => Gaussians(random, 8, 1))];
            double[,] gram = new double[count, count], expected = Identity(8);
            for (int i = 0; i < count; i++)
                for (int j = 0; j < count; j++) gram[i, j] = Inner(features[i], features[j]);
            double[,] inverse = Inverse(gram);
            for (int i = 0; i < 8; i++)
                for (int j = 0; j < 8; j++)
                    for (int k = 0; k < count; k++)
                        for (int l = 0; l < count; l++) expected[i, j] -= features[k][i] * inverse[k, l] * features[l][j];
            AssertNear(expected, Folded(features, 8, 1e-5), 2e-3);
        }
    }

    private static float[] Folded(double[][] features, int width, double ridge)
    {
        using TensorScope scope = TensorScope.Begin();
        using HeadProjection projection = new(width);
        foreach (double[] r in features) projection.Fold(Tensor.From([.. r.Select(value => (float)value)], width), ridge);
        return projection.Matrix.ToArray<float>();
    }

    private static void AssertNear(double[,] expected, float[] found, double tolerance) =>
        Assert.All(found, (value, i) => Assert.Equal(expected[i / expected.GetLength(1), i % expected.GetLength(1)], value, tolerance));

    /// <summary>Every sequence of <paramref name="length"/> numbers below <paramref name="choices"/>.</summary>
    private static IEnumerable<int[]> Sequences(int length, int choices)
    {
        int[] powers = [.. Enumerable.Range(0, length + 1).Select(i => (int)Math.Pow(choices, i))];
        for (int number = 0; number < powers[length]; number++) yield return [.. powers[..length].Select(power => number / power % choices)];
    }

    private static double Cost(float[][] rows, int[] partition) => rows.Zip(partition).GroupBy(pair => pair.Second, pair => pair.First).Sum(cluster =>
        Enumerable.Range(0, rows[0].Length).Sum(d => cluster.Sum(row => Math.Pow(row[d] - cluster.Average(other => (double)other[d]), 2))));

    private static double[,] Inverse(double[,] matrix)
    {
        int n = matrix.GetLength(0);
        double[,] left = (double[,])matrix.Clone(), right = Identity(n);
        for (int pivot = 0; pivot < n; pivot++)
        {
            double scale = left[pivot, pivot];
            for (int j = 0; j < n; j++) (left[pivot, j], right[pivot, j]) = (left[pivot, j] / scale, right[pivot, j] / scale);
            for (int i = 0; i < n; i++)
            {
                double factor = left[i, pivot];
                for (int j = 0; j < n && i != pivot; j++) (left[i, j], right[i, j]) = (left[i, j] - factor * left[pivot, j], right[i, j] - factor * right[pivot, j]);
            }
        }
        return right;
    }

    private static double[,] Identity(int n)
    {
        double[,] matrix = new double[n, n];
        for (int i = 0; i < n; i++) matrix[i, i] = 1;
        return matrix;
    }

    private static double[] Gaussians(SeededRandom random, int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => scale * random.NextGaussian())];

    private static double Inner(double[] left, double[] right) => left.Zip(right).Sum(pair => pair.First * pair.Second);
}
