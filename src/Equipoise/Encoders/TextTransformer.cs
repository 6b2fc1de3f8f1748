using Equipoise.Data;
using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Encoders;

/// <summary>A transformer over tokens, to be trained from scratch: a learnt vector for each, fixed positions, pre-norm blocks, the mean over the real tokens.</summary>
public sealed class TextTransformer : Encoder
{
    private readonly TokenEmbedding _embedding;
    private readonly Tensor _positions;
    private readonly TransformerStack _blocks;

    internal TextTransformer(long length, int vocabulary, (int Width, int Depth, int Heads) size, Func<BlockSettings, BlockSettings> training, Generator initial)
    {
        Width = size.Width;
        _embedding = Child("embedding", new TokenEmbedding(vocabulary, Width, 1, initial));
        _blocks = Child("encoder", new TransformerStack(size.Depth, training(new BlockSettings(Width, size.Heads, Draws)), BlockNames.Timm, initial, "blocks.", "norm"));
        _positions = SinCos.Line(length, Width).Own();
    }

    internal static EncoderType Type { get; } = new("text", [ModalityKind.Text], block =>
    {
        (int, int, int) size = TransformerKeys.Size(block, 128, 2, 4);
        long length = block.Modality.Shape[0];
        int vocabulary = TransformerKeys.Vocabulary(block);
        Func<BlockSettings, BlockSettings> training = TransformerKeys.Training(block);
        return initial => new TextTransformer(length, vocabulary, size, training, initial);
    });

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null) => Pooling.Mean(_blocks.Forward(_embedding.Forward(input) + _positions, mask), mask);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _positions.Dispose();
        base.Dispose(disposing);
    }
}
