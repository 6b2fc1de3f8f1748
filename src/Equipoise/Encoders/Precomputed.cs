using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Encoders;

/// <summary>Features that others computed (CLIP and the like), passed on as they are, flattened: only the heads learn.</summary>
/// <param name="width">Elements of one sample.</param>
public sealed class Precomputed(long width) : Encoder
{
    internal static EncoderType Type { get; } = new("features", EncoderType.Numbers, block =>
    {
        long width = block.Elements;
        return _ => new Precomputed(width);
    }, NeedsShape: false);

    /// <inheritdoc />
    public override long Width => width;

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null) => input.Reshape(input.Shape[0], width);
}
