using Equipoise.Data;
using Equipoise.Encoders.Transformers;

namespace Equipoise.Encoders;

/// <summary>The settings of an M3AE encoder.</summary>
/// <param name="IsText">Whether it reads token numbers; otherwise pictures.</param>
/// <param name="Rows">Rows of patches; 1 for a text.</param>
/// <param name="Columns">Patches of a row, or tokens.</param>
/// <param name="Channels">Channels of a picture; 3 for a text.</param>
/// <param name="Patch">The side of a patch.</param>
/// <param name="Vocabulary">How many tokens there are.</param>
/// <param name="Width">The width of a token.</param>
/// <param name="Depth">Blocks.</param>
/// <param name="Heads">Heads of attention.</param>
/// <param name="Released">
/// Whether it computes what MLA's released port computes: patches flattened (channel, y, x), ε 1e-5 and the exact GELU, where M3AE, from
/// which the weights come, has (y, x, channel), 1e-6 and the approximation by tanh.
/// </param>
internal sealed record M3aeSettings(bool IsText, long Rows, long Columns, long Channels, int Patch, int Vocabulary, int Width, int Depth, int Heads, bool Released)
{
    internal static M3aeSettings Read(EncoderBlock block)
    {
        var (width, depth, heads) = block.Choice("size", "base", "small", "base", "large") switch
        {
            "small" => (384, 12, 6),
            "large" => (1024, 24, 16),
            _ => (768, 12, 12),
        };
        (width, depth, heads) = TransformerKeys.Size(block, width, depth, heads);
        int patch = block.Integer("patch", 16, max: 256), vocabulary = TransformerKeys.Vocabulary(block);
        bool released = block.Choice("variant", "m3ae", "m3ae", "mla-release") == "mla-release", text = block.Modality.Kind == ModalityKind.Text;
        var (rows, columns) = text ? (1, block.Modality.Shape[0]) : Patches.Grid(block, patch);
        return new M3aeSettings(text, rows, columns, text ? 3 : block.Modality.Channels, patch, vocabulary, width, depth, heads, released);
    }
}
