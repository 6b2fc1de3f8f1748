namespace Equipoise.Tests.Laws;

/// <summary>How two trials are trained and compared.</summary>
internal static class Law
{
    /// <summary>Three steps, the end of an epoch, two more steps: parameters and buffers by name.</summary>
    internal static Dictionary<string, float[]> Train(TrialSpec spec)
    {
        using Trial trial = new(spec);
        for (int batch = 0; batch < 3; batch++) trial.Step(batch);
        trial.EndEpoch(1);
        for (int batch = 3; batch < 5; batch++) trial.Step(batch, epoch: 2);
        return trial.Values();
    }

    /// <summary>The same names, and under each the same bits.</summary>
    internal static void SameBits(IReadOnlyDictionary<string, float[]> expected, IReadOnlyDictionary<string, float[]> found, string what)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.Empty(Changed(expected, found).Select(name => $"{what}: {name}"));
    }

    /// <summary>The names under which bits differ.</summary>
    internal static IEnumerable<string> Changed(IReadOnlyDictionary<string, float[]> before, IReadOnlyDictionary<string, float[]> after) =>
        before.Keys.Where(name => !before[name].SequenceEqual(after[name]));

    /// <summary>The largest of the relative differences <c>‖found − expected‖ / ‖expected‖</c>, with its name.</summary>
    internal static (string Name, double Error) Worst(IReadOnlyDictionary<string, float[]> expected, IReadOnlyDictionary<string, float[]> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        return expected.Select(pair => (pair.Key, Difference(pair.Value, found[pair.Key]) / Math.Max(1e-3, Norm(pair.Value)))).MaxBy(pair => pair.Item2);
    }

    internal static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));

    internal static double Difference(float[] left, float[] right) => Math.Sqrt(left.Zip(right).Sum(pair => Math.Pow(pair.First - (double)pair.Second, 2)));

    internal static bool IsOfEncoder(string name) => name.StartsWith("encoders.", StringComparison.Ordinal);
}
