using Equipoise.Encoders.Transformers;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>A vision transformer (Dosovitskiy et al. 2021) without its head, in torchvision's names; the feature is the first token after the last normalisation. Clips: the mean over frames.</summary>
public sealed class Vit : Encoder
{
    private readonly Tensor _first, _positions;
    private readonly Conv2d _projection;
    private readonly TransformerStack _encoder;

    internal Vit(long channels, (long Rows, long Columns) grid, int patch, (int Width, int Depth, int Heads) size, Func<BlockSettings, BlockSettings> training, Generator initial)
    {
        Width = size.Width;
        _first = Parameter("class_token", Tensor.Zeros(1, 1, Width));
        _projection = Child("conv_proj", PatchEmbedding.Convolution(channels, Width, patch, initial));
        _positions = Parameter("encoder.pos_embedding", Initial.Normal(0.02, initial, 1, 1 + grid.Rows * grid.Columns, Width));
        BlockSettings blocks = training(new BlockSettings(Width, size.Heads, Draws) { Epsilon = 1e-6 });
        _encoder = Child("encoder", new TransformerStack(size.Depth, blocks, BlockNames.Torchvision, initial, "layers.encoder_layer_", "ln"));
    }

    internal static EncoderType Type { get; } = new("vit", EncoderType.Maps, block =>
    {
        var (width, depth, heads) = block.Choice("size", "base", "tiny", "small", "base") switch
        {
            "tiny" => (192, 12, 3),
            "small" => (384, 12, 6),
            _ => (768, 12, 12),
        };
        (int, int, int) size = TransformerKeys.Size(block, width, depth, heads);
        int patch = block.Integer("patch", 16, max: 256);
        (long, long) grid = Patches.Grid(block, patch);
        long channels = block.Channels;
        Func<BlockSettings, BlockSettings> training = TransformerKeys.Training(block);
        return initial => new Vit(channels, grid, patch, size, training, initial);
    });

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor patches = PatchEmbedding.Tokens(_projection.Forward(Frames.ToPictures(input)));
        long count = patches.Shape[0];
        Tensor tokens = Ops.Cat([Ops.Expand(_first, count, 1, Width), patches], 1) + _positions;
        Tensor features = _encoder.Forward(tokens).Narrow(1, 0, 1).Squeeze(1);
        return Frames.MeanOverFrames(features, input.Shape[0]);
    }
}
