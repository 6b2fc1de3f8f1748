namespace Equipoise.Data;

/// <summary>Which times of a clip <c>(T, H, W, C)</c> or a spectrogram <c>(…, F, T)</c> are delivered.</summary>
internal static class FrameSelection
{
    /// <summary>Moves the chosen frames to the front, in the order of the delivered shape.</summary>
    /// <param name="modality">The modality of the pack.</param>
    /// <param name="frames">How many are taken.</param>
    /// <param name="sample">A whole sample.</param>
    /// <param name="random">The draws; null to take those in the middle.</param>
    internal static void Apply(PackModality modality, int frames, Span<float> sample, SeededRandom? random)
    {
        int stored = modality.Frames, size = modality.IsPicture ? sample.Length / stored : 1;
        int[] chosen = Choose(modality, frames, random);
        int to = 0;
        for (int line = 0; line < sample.Length; line += stored * size)
            foreach (int time in chosen)
            {
                sample.Slice(line + time * size, size).CopyTo(sample.Slice(to, size));
                to += size;
            }
    }

    /// <summary>The frames that are taken.</summary>
    internal static int[] Choose(PackModality modality, int frames, SeededRandom? random) =>
        modality.IsPicture ? Spread(modality.Frames, frames, random) : Window(modality.Frames, frames, random);

    /// <summary>One of each of so many equal segments: TSN's sampling (Wang et al. 2016).</summary>
    private static int[] Spread(int stored, int frames, SeededRandom? random)
    {
        int[] chosen = new int[frames];
        for (int i = 0; i < frames; i++)
        {
            int first = (int)((long)i * stored / frames), count = (int)((i + 1L) * stored / frames) - first;
            chosen[i] = first + (random?.Next(count) ?? count / 2);
        }
        return chosen;
    }

    /// <summary>So many one after the other.</summary>
    private static int[] Window(int stored, int frames, SeededRandom? random)
    {
        int first = random?.Next(stored - frames + 1) ?? (stored - frames) / 2;
        return [.. Enumerable.Range(first, frames)];
    }
}
