namespace Equipoise.Data;

/// <summary>Random changes of pictures in training, each frame by its own draw (torchvision's definitions).</summary>
public static class Augmentation
{
    /// <summary>The augmentations there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["random-resized-crop", "flip"];

    /// <summary>Changes one picture <c>(H, W, C)</c> in place.</summary>
    internal static void Apply(string name, Span<float> picture, int height, int width, int channels, SeededRandom random)
    {
        if (name == "flip" && random.NextDouble() < 0.5) Flip(picture, height, width, channels);
        if (name == "random-resized-crop") Crop(picture, height, width, channels, random);
    }

    private static void Flip(Span<float> picture, int height, int width, int channels)
    {
        for (int y = 0; y < height; y++)
            for (int left = 0, right = width - 1; left < right; left++, right--)
                for (int c = 0; c < channels; c++)
                {
                    int a = (y * width + left) * channels + c, b = (y * width + right) * channels + c;
                    (picture[a], picture[b]) = (picture[b], picture[a]);
                }
    }

    /// <summary>A part of 8 to 100 % of the area with a ratio between 3:4 and 4:3, resized bilinearly to the whole.</summary>
    private static void Crop(Span<float> picture, int height, int width, int channels, SeededRandom random)
    {
        var (top, left, cropHeight, cropWidth) = Choose(height, width, random);
        float[] source = picture.ToArray();
        for (int y = 0; y < height; y++)
        {
            var (y0, y1, fy) = Between(y, height, top, cropHeight);
            for (int x = 0; x < width; x++)
            {
                var (x0, x1, fx) = Between(x, width, left, cropWidth);
                for (int c = 0; c < channels; c++)
                {
                    float above = Mix(source[(y0 * width + x0) * channels + c], source[(y0 * width + x1) * channels + c], fx);
                    float below = Mix(source[(y1 * width + x0) * channels + c], source[(y1 * width + x1) * channels + c], fx);
                    picture[(y * width + x) * channels + c] = Mix(above, below, fy);
                }
            }
        }
    }

    private static (int Top, int Left, int Height, int Width) Choose(int height, int width, SeededRandom random)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            double area = height * width * random.NextDouble(0.08, 1);
            double ratio = Math.Exp(random.NextDouble(Math.Log(3.0 / 4), Math.Log(4.0 / 3)));
            int w = (int)Math.Round(Math.Sqrt(area * ratio)), h = (int)Math.Round(Math.Sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) return (random.Next(height - h + 1), random.Next(width - w + 1), h, w);
        }
        return (0, 0, height, width);
    }

    private static (int Low, int High, float Fraction) Between(int at, int size, int start, int length)
    {
        float position = Math.Clamp((at + 0.5f) * length / size - 0.5f, 0, length - 1);
        int low = (int)position;
        return (start + low, start + Math.Min(low + 1, length - 1), position - low);
    }

    private static float Mix(float a, float b, float fraction) => a + (b - a) * fraction;
}
