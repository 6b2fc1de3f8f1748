using Equipoise.Data;
using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// A transformer over a sequence of vectors (word vectors, acoustic frames, sensor readings): each is projected and told its place, pre-norm
/// blocks, and the mean over the real positions; what fills a sequence up is not attended to.
/// </summary>
public sealed class SequenceTransformer : Encoder
{
    private readonly Linear _projection;
    private readonly Tensor _positions;
    private readonly TransformerStack _blocks;

    internal SequenceTransformer(long length, long inputs, (int Width, int Depth, int Heads) size, Func<BlockSettings, BlockSettings> training, Generator initial)
    {
        Width = size.Width;
        _projection = Child("projection", new Linear(inputs, Width, initial));
        _blocks = Child("encoder", new TransformerStack(size.Depth, training(new BlockSettings(Width, size.Heads, Draws)), BlockNames.Timm, initial, "blocks.", "norm"));
        _positions = SinCos.Line(length, Width).Own();
    }

    internal static EncoderType Type { get; } = new("transformer", [ModalityKind.Sequence], block =>
    {
        (int, int, int) size = TransformerKeys.Size(block, 128, 2, 4);
        long length = block.Modality.Shape[0], inputs = block.Modality.Shape[1];
        Func<BlockSettings, BlockSettings> training = TransformerKeys.Training(block);
        return initial => new SequenceTransformer(length, inputs, size, training, initial);
    });

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null) => Pooling.Mean(_blocks.Forward(_projection.Forward(input) + _positions, mask), mask);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _positions.Dispose();
        base.Dispose(disposing);
    }
}
