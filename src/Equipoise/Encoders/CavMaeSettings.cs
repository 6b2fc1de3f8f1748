using Equipoise.Data;
using Equipoise.Encoders.Transformers;

namespace Equipoise.Encoders;

/// <summary>The settings of a CAV-MAE encoder.</summary>
/// <param name="Branches">Audio, then visual, with the grid of patches of each.</param>
/// <param name="Used">Which of the two is computed.</param>
/// <param name="Patch">The side of a patch.</param>
/// <param name="Width">The width of a token.</param>
/// <param name="Depth">Blocks that a token passes, the shared one included.</param>
/// <param name="Heads">Heads of attention.</param>
internal sealed record CavMaeSettings(CavMaeBranch[] Branches, int Used, int Patch, int Width, int Depth, int Heads)
{
    internal static CavMaeSettings Read(EncoderBlock block)
    {
        var (width, depth, heads) = TransformerKeys.Size(block, 768, 12, 12);
        int patch = block.Integer("patch", 16, max: 256), used = block.Modality.Kind == ModalityKind.Spectrogram ? 0 : 1;
        var (rows, columns) = Patches.Grid(block, patch);
        if (depth < 2) block.Problem("depth", "is 1", "take 2 or more: the last block is the shared one");
        CavMaeBranch[] branches = [new("a", 1, 8, 64), new("v", 3, 14, 14)];
        branches[used] = branches[used] with { Channels = block.Modality.Channels, Rows = rows, Columns = columns };
        return new CavMaeSettings(branches, used, patch, width, depth, heads);
    }
}

/// <summary>A branch of CAV-MAE; as published, 128 bins × 1024 frames and pictures of 224 × 224.</summary>
internal sealed record CavMaeBranch(string Name, long Channels, long Rows, long Columns);
