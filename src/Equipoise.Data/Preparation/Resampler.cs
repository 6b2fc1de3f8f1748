namespace Equipoise.Data.Preparation;

/// <summary>
/// Resizes pictures with antialiasing, as torchvision and Pillow do: a triangle (bilinear) or a cubic (a = −0.5) of the width of the larger of the two
/// grids, first along rows, then along columns. Own code: ffmpeg's filters differ from these by many grey levels when they shrink.
/// </summary>
internal static class Resampler
{
    /// <summary>The resized picture, rounded to bytes.</summary>
    /// <param name="picture">Bytes <c>(H, W, C)</c>.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="toHeight">Rows wanted.</param>
    /// <param name="toWidth">Columns wanted.</param>
    /// <param name="cubic">Whether the filter is cubic.</param>
    internal static byte[] Resize(ReadOnlySpan<byte> picture, int height, int width, int channels, int toHeight, int toWidth, bool cubic)
    {
        if (height == toHeight && width == toWidth) return picture.ToArray();
        Window[] across = Windows(width, toWidth, cubic), down = Windows(height, toHeight, cubic);
        float[] rows = new float[height * toWidth * channels];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < toWidth; x++)
                for (int c = 0; c < channels; c++)
                {
                    float sum = 0;
                    for (int k = 0; k < across[x].Weights.Length; k++) sum += across[x].Weights[k] * picture[(y * width + across[x].First + k) * channels + c];
                    rows[(y * toWidth + x) * channels + c] = sum;
                }
        byte[] resized = new byte[toHeight * toWidth * channels];
        int line = toWidth * channels;
        for (int y = 0; y < toHeight; y++)
            for (int i = 0; i < line; i++)
            {
                float sum = 0;
                for (int k = 0; k < down[y].Weights.Length; k++) sum += down[y].Weights[k] * rows[(down[y].First + k) * line + i];
                resized[y * line + i] = (byte)Math.Clamp(MathF.Round(sum), 0, 255);
            }
        return resized;
    }

    /// <summary>The middle of a picture; what is smaller than wanted is surrounded by black.</summary>
    internal static byte[] CropMiddle(ReadOnlySpan<byte> picture, int height, int width, int channels, int toHeight, int toWidth)
    {
        int top = (int)Math.Round((height - toHeight) / 2.0), left = (int)Math.Round((width - toWidth) / 2.0);
        byte[] cropped = new byte[toHeight * toWidth * channels];
        for (int y = Math.Max(0, -top); y < Math.Min(toHeight, height - top); y++)
        {
            int from = Math.Max(0, -left), count = Math.Min(toWidth, width - left) - from;
            picture.Slice(((y + top) * width + left + from) * channels, count * channels).CopyTo(cropped.AsSpan((y * toWidth + from) * channels));
        }
        return cropped;
    }

    private static Window[] Windows(int from, int to, bool cubic)
    {
        double scale = (double)from / to, stretch = Math.Max(1, scale), reach = (cubic ? 2 : 1) * stretch;
        Window[] windows = new Window[to];
        for (int i = 0; i < to; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - reach + 0.5)), end = Math.Min(from, (int)(centre + reach + 0.5));
            double[] weights = [.. Enumerable.Range(first, end - first).Select(at => Filter((at - centre + 0.5) / stretch, cubic))];
            double sum = weights.Sum();
            windows[i] = new Window(first, [.. weights.Select(weight => (float)(weight / sum))]);
        }
        return windows;
    }

    private static double Filter(double x, bool cubic)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (!cubic) return Math.Max(0, 1 - x);
        return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    private readonly record struct Window(int First, float[] Weights);
}
