using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>
/// A look at a pack as one picture: a row for each modality that can be shown, a column for each of some samples, one class after the other.
/// Captions say what is shown of which split, the class above each column and the modality above each row.
/// </summary>
public static class PackPicture
{
    private const int Cell = 96, Gap = 4, Line = 16, Columns = 12, Narrowest = 4 * (Cell + Gap) + Gap;

    /// <summary>Draws a split.</summary>
    /// <param name="split">The split.</param>
    /// <param name="path">The <c>.png</c> to write.</param>
    /// <exception cref="ProblemException">No modality can be shown (all are texts), or ffmpeg or its font, which write the captions, are missing.</exception>
    public static void Draw(PackSplit split, string path)
    {
        PackModality[] shown = [.. split.Pack.Modalities.Where(modality => modality.Kind != ModalityKind.Text)];
        if (shown.Length == 0) throw new ProblemException($"{split.Pack.Folder}: holds texts alone; there is nothing to draw");
        int[] samples = [.. Chosen(split)];
        int width = Math.Max(Narrowest, Left(samples.Length)), height = Top(shown.Length) - Line;
        byte[] picture = Captions.Draw(width, height, Told(split, shown, samples, width));
        for (int row = 0; row < shown.Length; row++)
            for (int column = 0; column < samples.Length; column++)
                if (split.Present(shown[row].Name)?[samples[column]] ?? true)
                    Paint(split, shown[row], samples[column], picture, width, Left(column), Top(row));
        PngFile.Write(path, width, height, picture);
    }

    /// <summary>Where a column begins; after the last one the picture's edge.</summary>
    private static int Left(int column) => Gap + column * (Cell + Gap);

    /// <summary>Where the cells of a row begin, below two lines and the row's own.</summary>
    private static int Top(int row) => 3 * Line + Gap + row * (Cell + Gap + Line);

    private static IEnumerable<Caption> Told(PackSplit split, PackModality[] shown, int[] samples, int width)
    {
        yield return new Caption(Captions.Fit($"{split.Pack.Name}, {split.Name}: {samples.Length} of {split.Count} samples", width - 2 * Gap), Gap, Captions.Size);
        for (int column = 0; column < samples.Length && split.Labels.Length > 0; column++)
            yield return new Caption(Captions.Fit(split.Pack.Classes[(int)split.Labels[samples[column]]], Cell), Left(column), Line + Captions.Size);
        for (int row = 0; row < shown.Length; row++)
        {
            string what = $"{shown[row].Name}: {shown[row].Kind.ToString().ToLowerInvariant()} {string.Join('×', shown[row].Shape)}";
            yield return new Caption(Captions.Fit(what, width - 2 * Gap), Gap, Top(row) - Gap);
        }
    }

    /// <summary>The first sample of each class, then the second, as many as there are columns; in the order of the classes.</summary>
    private static IEnumerable<int> Chosen(PackSplit split)
    {
        if (split.Labels.Length == 0) return Enumerable.Range(0, Math.Min(Columns, split.Count));
        IGrouping<long, int>[] classes = [.. Enumerable.Range(0, split.Count).GroupBy(i => split.Labels[i]).OrderBy(group => group.Key)];
        return Enumerable.Range(0, Columns).SelectMany(nth => classes.SelectMany(members => members.Skip(nth).Take(1))).Take(Columns)
            .OrderBy(i => split.Labels[i]).ThenBy(i => i);
    }

    private static void Paint(PackSplit split, PackModality modality, int sample, byte[] picture, int width, int left, int top)
    {
        float[] values = split.Values(modality, sample);
        var (height, across, channels) = Plane(modality);
        bool upsideDown = modality.Kind == ModalityKind.Spectrogram;
        var (low, high) = modality.Type == ElementType.UInt8 ? (0f, 1f) : (values.Where(float.IsFinite).DefaultIfEmpty(0).Min(), values.Where(float.IsFinite).DefaultIfEmpty(1).Max());
        for (int y = 0; y < Cell; y++)
            for (int x = 0; x < Cell; x++)
            {
                int fromY = (upsideDown ? Cell - 1 - y : y) * height / Cell, fromX = x * across / Cell;
                for (int c = 0; c < 3; c++)
                {
                    float value = values[(fromY * across + fromX) * channels + (channels >= 3 ? c : Math.Min(c, channels - 1))];
                    float shade = high > low && float.IsFinite(value) ? (value - low) / (high - low) : 0;
                    picture[((top + y) * width + left + x) * 3 + c] = (byte)(255 * Math.Clamp(shade, 0, 1));
                }
            }
    }

    /// <summary>The first plane of a sample, as rows, columns and channels: a clip's first frame, a sound's frequencies over time, a vector as a square.</summary>
    private static (int Height, int Width, int Channels) Plane(PackModality modality)
    {
        long[] shape = modality.Shape;
        int side = (int)Math.Max(1, Math.Sqrt(modality.Elements));
        return modality.Kind switch
        {
            ModalityKind.Image or ModalityKind.Video or ModalityKind.Flow when shape.Length >= 3 => ((int)shape[^3], (int)shape[^2], (int)shape[^1]),
            ModalityKind.Image or ModalityKind.Spectrogram or ModalityKind.Sequence => ((int)shape[^2], (int)shape[^1], 1),
            _ => (side, side, 1),
        };
    }
}
