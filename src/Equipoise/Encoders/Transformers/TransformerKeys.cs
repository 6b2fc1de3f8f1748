using Equipoise.Data;
using System.Text.Json.Nodes;

namespace Equipoise.Encoders.Transformers;

/// <summary>Keys that several transformers share, read one way.</summary>
internal static class TransformerKeys
{
    internal const int BertVocabulary = 30522;

    /// <summary><c>width</c>, <c>depth</c> and <c>heads</c>, of which the last divides the first.</summary>
    internal static (int Width, int Depth, int Heads) Size(EncoderBlock block, int width, int depth, int heads)
    {
        var size = (Width: block.Integer("width", width, min: 4, max: 8192), Depth: block.Integer("depth", depth, max: 96), Heads: block.Integer("heads", heads, max: 128));
        if (size.Width % size.Heads == 0 && size.Width % 4 == 0) return size;
        block.Problem("width", $"is {size.Width} for {size.Heads} heads", "take a multiple of 4 and of the heads");
        return (width, depth, heads);
    }

    /// <summary><c>dropout</c>, <c>drop_path</c> and <c>checkpoint</c>, as what a block is made by.</summary>
    internal static Func<BlockSettings, BlockSettings> Training(EncoderBlock block)
    {
        double dropout = block.Number("dropout", 0, max: 0.99), dropPath = block.Number("drop_path", 0, max: 0.99);
        bool recompute = block.Flag("checkpoint", false);
        return settings => settings with { Dropout = dropout, DropPath = dropPath, Recompute = recompute };
    }

    /// <summary>The number of tokens: what the recipe of the pack built or read; BERT's where the pack does not say.</summary>
    internal static int Vocabulary(EncoderBlock block)
    {
        int? known = ((block.Modality.Recipe?["vocabulary"] as JsonArray)?.Count) is > 0 and var count ? count : null;
        int size = block.Integer("vocabulary", block.Modality.Kind == ModalityKind.Text ? known ?? BertVocabulary : BertVocabulary, max: 10_000_000);
        if (block.Modality.Kind == ModalityKind.Text && size < known) block.Problem("vocabulary", $"is {size}, but {block.Modality.Name} has {known} tokens", "leave it out");
        return size;
    }
}
