namespace Equipoise.Data;

/// <summary>Random changes of spectrograms <c>(F, T)</c>: masks (SpecAugment, Park et al. 2019), noise and rolling, as CAV-MAE's loader has them.</summary>
internal static class SpectrogramAugmentation
{
    /// <summary>Changes one channel in place, before it is normalised.</summary>
    /// <param name="augmentation">What to do.</param>
    /// <param name="values">The channel.</param>
    /// <param name="bins">Frequencies.</param>
    /// <param name="frames">Times.</param>
    /// <param name="scale">What the values will be divided by: noise is measured after that.</param>
    /// <param name="random">The draws.</param>
    internal static void Apply(Augmentation augmentation, Span<float> values, int bins, int frames, double scale, SeededRandom random)
    {
        switch (augmentation.Name)
        {
            case "time-mask":
                var (fromTime, times) = Range(augmentation.Amount, frames, random);
                for (int bin = 0; bin < bins; bin++) values.Slice(bin * frames + fromTime, times).Clear();
                break;
            case "frequency-mask":
                var (fromBin, count) = Range(augmentation.Amount, bins, random);
                values.Slice(fromBin * frames, count * frames).Clear();
                break;
            case "noise":
                double most = augmentation.Amount * scale * random.NextDouble();
                foreach (ref float value in values) value += (float)(most * random.NextDouble());
                break;
            default:
                Roll(values, bins, frames, (int)Math.Min(augmentation.Amount, frames), random);
                break;
        }
    }

    /// <summary>A width from 0 to below the amount, and a place for it.</summary>
    private static (int From, int Count) Range(double amount, int size, SeededRandom random)
    {
        int count = Math.Min(size, (int)(amount * random.NextDouble()));
        return (random.Next(size - count + 1), count);
    }

    private static void Roll(Span<float> values, int bins, int frames, int most, SeededRandom random)
    {
        int shift = random.Next(2 * most) - most;
        float[] row = new float[frames];
        for (int bin = 0; bin < bins; bin++)
        {
            Span<float> line = values.Slice(bin * frames, frames);
            line.CopyTo(row);
            for (int t = 0; t < frames; t++) line[((t + shift) % frames + frames) % frames] = row[t];
        }
    }
}
