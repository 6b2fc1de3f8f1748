namespace Equipoise.Data;

/// <summary>
/// Which modalities the samples of a split keep when some are missing at random: the masks of MLA's Table 2 (Zhang et al., CVPR
/// 2024, after GCNet and CPM-Net), for any number of modalities.
/// </summary>
public sealed class MissingMask
{
    private const double Tolerance = 0.005;
    private const int Redraws = 20;
    private readonly Dictionary<string, bool[]> _kept;

    private MissingMask(Dictionary<string, bool[]> kept, double realised)
    {
        _kept = kept;
        Realised = realised;
    }

    /// <summary>The modalities it speaks of, in their order.</summary>
    public IEnumerable<string> Modalities => _kept.Keys;

    /// <summary>The share of all slots (samples × modalities) that are absent, what the pack itself lacks included; 0 to 1.</summary>
    public double Realised { get; }

    /// <summary>For each sample whether it keeps the modality.</summary>
    public bool[] Kept(string modality) => _kept[modality];

    /// <summary>
    /// A mask for a split. What the pack lacks stays absent; a sample that would be left with nothing keeps one, at random, of
    /// what it has.
    /// </summary>
    /// <param name="split">The samples.</param>
    /// <param name="modalities">The modalities that may go missing.</param>
    /// <param name="rate">See <see cref="Draw"/>.</param>
    /// <param name="seed">Equal seeds give equal masks.</param>
    public static MissingMask For(PackSplit split, IReadOnlyList<string> modalities, double rate, ulong seed)
    {
        SeededRandom random = new(seed);
        bool[,] drawn = Draw(split.Count, modalities.Count, rate, random);
        bool[]?[] present = [.. modalities.Select(split.Present)];
        int absent = 0;
        for (int i = 0; i < split.Count; i++)
        {
            int[] has = [.. Enumerable.Range(0, modalities.Count).Where(m => present[m]?[i] ?? true)];
            if (has.Length > 0 && !has.Any(m => drawn[i, m])) drawn[i, has[random.Next(has.Length)]] = true;
            absent += modalities.Count - has.Count(m => drawn[i, m]);
        }
        Dictionary<string, bool[]> kept = [];
        for (int m = 0; m < modalities.Count; m++) kept[modalities[m]] = [.. Enumerable.Range(0, split.Count).Select(i => drawn[i, m])];
        return new MissingMask(kept, absent / (double)Math.Max(1, split.Count * modalities.Count));
    }

    /// <summary>
    /// Draws a mask <c>[samples, modalities]</c>, true where the modality is kept. Every sample keeps one or more; the share of
    /// absent slots is within 0.005 of <paramref name="rate"/>, or as near as whole slots allow. A rate of
    /// <c>(modalities − 1) / modalities</c> or more leaves each sample exactly one, uniformly chosen.
    /// </summary>
    /// <param name="samples">At least 0.</param>
    /// <param name="modalities">At least 1.</param>
    /// <param name="rate">The share of absent slots, 0 to 1.</param>
    /// <param name="random">The stream of the mask.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static bool[,] Draw(int samples, int modalities, double rate, SeededRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(modalities);
        if (!(rate is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "a share lies between 0 and 1");
        double present = 1 - rate;
        long slots = (long)samples * modalities;
        if (present <= 1.0 / modalities) return Mark(samples, modalities, OneEach(samples, modalities, random), (_, _) => false);
        if (rate == 0) return Mark(samples, modalities, new int[samples], (_, _) => true);
        for (int attempt = 0; attempt < Redraws; attempt++)
        {
            bool[,] mask = Redraw(samples, modalities, slots * present - samples, random);
            if (Math.Abs(Count(mask) / (double)slots - present) < Tolerance) return mask;
        }
        return Exact(samples, modalities, (long)Math.Round(slots * present, MidpointRounding.AwayFromZero), random);
    }

    /// <summary>One kept modality per sample, and every slot with a chance, in whole percent, that makes up for the overlap of both.</summary>
    private static bool[,] Redraw(int samples, int modalities, double extra, SeededRandom random)
    {
        double slots = (double)samples * modalities;
        int[] kept = OneEach(samples, modalities, random);
        int first = (int)(100 * extra / slots);
        double overlap = kept.Count(_ => random.Next(100) < first);
        int percent = overlap < extra ? (int)(100 * (extra / (1 - overlap / extra) / slots)) : 100;
        return Mark(samples, modalities, kept, (_, _) => random.Next(100) < percent);
    }

    /// <summary>One kept modality per sample, and as many others as are wanted, uniformly chosen: for few samples, or a rate that whole percents miss.</summary>
    private static bool[,] Exact(int samples, int modalities, long wanted, SeededRandom random)
    {
        bool[,] mask = Mark(samples, modalities, OneEach(samples, modalities, random), (_, _) => false);
        (int Sample, int Modality)[] others =
        [
            .. from sample in Enumerable.Range(0, samples) from modality in Enumerable.Range(0, modalities) where !mask[sample, modality] select (sample, modality),
        ];
        random.Shuffle<(int, int)>(others);
        foreach (var (sample, modality) in others.Take((int)(wanted - samples))) mask[sample, modality] = true;
        return mask;
    }

    private static int[] OneEach(int samples, int modalities, SeededRandom random) => [.. Enumerable.Range(0, samples).Select(_ => random.Next(modalities))];

    private static bool[,] Mark(int samples, int modalities, int[] kept, Func<int, int, bool> more)
    {
        bool[,] mask = new bool[samples, modalities];
        for (int i = 0; i < samples; i++)
            for (int m = 0; m < modalities; m++) mask[i, m] = more(i, m) || kept[i] == m;
        return mask;
    }

    private static long Count(bool[,] mask)
    {
        long count = 0;
        foreach (bool kept in mask) count += kept ? 1 : 0;
        return count;
    }
}

/// <summary>What a missing modality means to the model.</summary>
public enum MissingMode
{
    /// <summary>It is absent, and the model knows: it is neither encoded, nor trained on, nor fused.</summary>
    Absent,

    /// <summary>Its input is zeros, and the model does not know: it is trained on and fused like any other, as in MLA's released code.</summary>
    Zero,
}
