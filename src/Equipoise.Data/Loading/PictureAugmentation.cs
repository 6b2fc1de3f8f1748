namespace Equipoise.Data;

/// <summary>Random changes of pictures, each frame by its own draw (torchvision's definitions).</summary>
internal static class PictureAugmentation
{
    private const float Red = 0.2989f, Green = 0.587f, Blue = 0.114f;

    /// <summary>Changes one picture <c>(H, W, C)</c> of values from 0 to 1 in place.</summary>
    /// <param name="augmentation">What to do.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="isFlow">Whether it is optical flow: mirrored, its horizontal part changes its sign as well.</param>
    /// <param name="random">The draws.</param>
    internal static void Apply(Augmentation augmentation, Span<float> picture, int height, int width, int channels, bool isFlow, SeededRandom random)
    {
        switch (augmentation.Name)
        {
            case "flip":
                if (random.NextDouble() < augmentation.Amount) Flip(picture, height, width, channels, isFlow);
                break;
            case "random-resized-crop":
                Crop(picture, height, width, channels, augmentation.Amount, random);
                break;
            default:
                Jitter(picture, channels, augmentation.Amount, random);
                break;
        }
    }

    private static void Flip(Span<float> picture, int height, int width, int channels, bool isFlow)
    {
        for (int y = 0; y < height; y++)
            for (int left = 0, right = width - 1; left < right; left++, right--)
                for (int c = 0; c < channels; c++)
                {
                    int a = (y * width + left) * channels + c, b = (y * width + right) * channels + c;
                    (picture[a], picture[b]) = (picture[b], picture[a]);
                }
        for (int i = 0; isFlow && i < picture.Length; i += channels) picture[i] = 1 - picture[i];
    }

    /// <summary>Brightness, contrast and saturation, in an order of its own, each by a factor up to <paramref name="amount"/> from 1.</summary>
    private static void Jitter(Span<float> picture, int channels, double amount, SeededRandom random)
    {
        int[] order = [0, 1, 2];
        random.Shuffle<int>(order);
        foreach (int kind in order)
        {
            float factor = (float)random.NextDouble(Math.Max(0, 1 - amount), 1 + amount);
            if (kind == 0) Blend(picture, factor, channels, _ => 0);
            else if (kind == 1 && MeanGrey(picture, channels) is var mean) Blend(picture, factor, channels, _ => mean);
            else if (kind == 2 && channels == 3) Saturate(picture, factor);
        }
    }

    private static void Saturate(Span<float> picture, float factor)
    {
        for (int i = 0; i < picture.Length; i += 3)
        {
            float grey = Grey(picture, i, 3);
            for (int c = 0; c < 3; c++) picture[i + c] = Math.Clamp(factor * picture[i + c] + (1 - factor) * grey, 0, 1);
        }
    }

    private static void Blend(Span<float> picture, float factor, int channels, Func<int, float> other)
    {
        for (int i = 0; i < picture.Length; i++) picture[i] = Math.Clamp(factor * picture[i] + (1 - factor) * other(i / channels), 0, 1);
    }

    private static float MeanGrey(Span<float> picture, int channels)
    {
        double sum = 0;
        for (int i = 0; i < picture.Length; i += channels) sum += Grey(picture, i, channels);
        return (float)(sum / (picture.Length / channels));
    }

    private static float Grey(Span<float> picture, int at, int channels) =>
        channels == 3 ? Red * picture[at] + Green * picture[at + 1] + Blue * picture[at + 2] : picture[at];

    /// <summary>A part of so much to all of the area with a ratio between 3:4 and 4:3, resized bilinearly to the whole.</summary>
    private static void Crop(Span<float> picture, int height, int width, int channels, double least, SeededRandom random)
    {
        var (top, left, cropHeight, cropWidth) = ChooseCrop(height, width, least, random);
        float[] source = picture.ToArray();
        for (int y = 0; y < height; y++)
        {
            var (y0, y1, fy) = PictureView.Between(y, height, top, cropHeight);
            for (int x = 0; x < width; x++)
            {
                var (x0, x1, fx) = PictureView.Between(x, width, left, cropWidth);
                for (int c = 0; c < channels; c++)
                {
                    float above = Mix(source[(y0 * width + x0) * channels + c], source[(y0 * width + x1) * channels + c], fx);
                    float below = Mix(source[(y1 * width + x0) * channels + c], source[(y1 * width + x1) * channels + c], fx);
                    picture[(y * width + x) * channels + c] = Mix(above, below, fy);
                }
            }
        }
    }

    /// <summary>Draws a part of so much to all of the area with a ratio between 3:4 and 4:3.</summary>
    internal static (int Top, int Left, int Height, int Width) ChooseCrop(int height, int width, double least, SeededRandom random)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double area = height * width * random.NextDouble(least, 1);
            double ratio = Math.Exp(random.NextDouble(Math.Log(3.0 / 4), Math.Log(4.0 / 3)));
            int w = (int)Math.Round(Math.Sqrt(area * ratio)), h = (int)Math.Round(Math.Sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) return (random.Next(height - h + 1), random.Next(width - w + 1), h, w);
        }
        return (0, 0, height, width);
    }

    private static float Mix(float a, float b, float fraction) => a + (b - a) * fraction;
}
