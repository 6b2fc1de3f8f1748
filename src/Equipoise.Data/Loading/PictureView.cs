namespace Equipoise.Data;

/// <summary>The part of a picture that is looked at, stretched to the whole, and whether it is mirrored.</summary>
/// <param name="Top">Pixels above it.</param>
/// <param name="Left">Pixels to its left.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Mirrored">Whether left and right are exchanged afterwards.</param>
internal readonly record struct PictureView(int Top, int Left, int Height, int Width, bool Mirrored)
{
    /// <summary>Whether these augmentations only choose a view: at most one crop and any number of flips.</summary>
    internal static bool Covers(IReadOnlyList<Augmentation> augmentations) =>
        augmentations.All(augmentation => augmentation.Name is "flip" or "random-resized-crop") && augmentations.Count(augmentation => augmentation.Name != "flip") <= 1;

    /// <summary>The whole picture as it is.</summary>
    internal static PictureView Whole(int height, int width) => new(0, 0, height, width, false);

    /// <summary>Draws a view, in the order of the augmentations.</summary>
    internal static PictureView Draw(IReadOnlyList<Augmentation> augmentations, int height, int width, SeededRandom random)
    {
        PictureView view = Whole(height, width);
        foreach (Augmentation augmentation in augmentations)
        {
            if (augmentation.Name == "flip") view = random.NextDouble() < augmentation.Amount ? view with { Mirrored = !view.Mirrored } : view;
            else
            {
                var (top, left, cropHeight, cropWidth) = PictureAugmentation.ChooseCrop(height, width, augmentation.Amount, random);
                view = new PictureView(top, view.Mirrored ? width - left - cropWidth : left, cropHeight, cropWidth, view.Mirrored);
            }
        }
        return view;
    }

    /// <summary>The two source pixels, of a part that is stretched to the whole, between which an output pixel falls, and how far it is from the first.</summary>
    internal static (int Low, int High, float Fraction) Between(int at, int size, int start, int length)
    {
        float position = Math.Clamp((at + 0.5f) * length / size - 0.5f, 0, length - 1);
        int low = (int)position;
        return (start + low, start + Math.Min(low + 1, length - 1), position - low);
    }
}
