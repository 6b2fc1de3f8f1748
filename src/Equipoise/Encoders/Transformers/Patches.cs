using Equipoise.Torch;

namespace Equipoise.Encoders.Transformers;

/// <summary>Pictures cut into square patches, each a row of numbers; what is left over at the right and at the bottom is not seen.</summary>
internal static class Patches
{
    /// <summary>Rows of patches and patches of a row.</summary>
    internal static (long Rows, long Columns) Grid(EncoderBlock block, int patch)
    {
        var (height, width) = block.Picture;
        if (height < patch || width < patch) block.Problem("patch", $"is {patch}, and {block.Modality.Name} has {height} × {width}", "take smaller patches, or prepare larger pictures");
        return (Math.Max(1, height / patch), Math.Max(1, width / patch));
    }

    /// <summary>
    /// <c>[batch, channels, height, width]</c> as <c>[batch, patches, patch² · channels]</c>, row by row. Within a patch the order is (y, x, channel),
    /// or (channel, y, x).
    /// </summary>
    internal static Tensor Flatten(Tensor pictures, long patch, bool channelsFirst)
    {
        long[] shape = pictures.Shape;
        long rows = shape[2] / patch, columns = shape[3] / patch;
        Tensor cut = pictures.Narrow(2, 0, rows * patch).Narrow(3, 0, columns * patch).Reshape(shape[0], shape[1], rows, patch, columns, patch);
        Tensor ordered = channelsFirst ? cut.Permute(0, 2, 4, 1, 3, 5) : cut.Permute(0, 2, 4, 3, 5, 1);
        return ordered.Reshape(shape[0], rows * columns, patch * patch * shape[1]);
    }
}
