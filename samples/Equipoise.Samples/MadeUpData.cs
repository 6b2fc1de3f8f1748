using Equipoise.Data;
using Equipoise.Formats;

namespace Equipoise.Samples;

/// <summary>Samples that stand for one's own: the sound says the class plainly, the picture faintly.</summary>
public static class MadeUpData
{
    /// <summary>The classes.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["low", "middle", "high"];

    /// <summary>Samples as arrays: <c>label</c>, <c>sound [count, 12]</c> and <c>picture [count, 6, 6, 1]</c>.</summary>
    public static Dictionary<string, NdArray> Arrays(int count, ulong seed)
    {
        SeededRandom random = new(seed);
        long[] labels = [.. Enumerable.Range(0, count).Select(i => (long)(i % Classes.Count))];
        return new Dictionary<string, NdArray>
        {
            ["label"] = NdArray.From<long>(labels, count),
            ["sound"] = NdArray.From<float>(Values(labels, 12, noise: 0.7, random), count, 12),
            ["picture"] = NdArray.From<float>(Values(labels, 36, noise: 1.5, random), count, 6, 6, 1),
        };
    }

    private static float[] Values(long[] labels, int size, double noise, SeededRandom random) =>
        [.. labels.SelectMany(label => Enumerable.Range(0, size).Select(i => (float)((i / 2 % Classes.Count == label ? 1 : 0) + noise * random.NextGaussian())))];
}
