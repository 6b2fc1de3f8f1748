using Equipoise.Torch.Nn;

namespace Equipoise.Encoders.Transformers;

/// <summary>What all blocks of a transformer have in common.</summary>
/// <param name="Width">The width of a token.</param>
/// <param name="Heads">Heads of attention; they divide the width.</param>
/// <param name="Draws">What dropout and drop path draw from.</param>
internal sealed record BlockSettings(long Width, long Heads, DrawStream Draws)
{
    /// <summary>The width inside the feed-forward part; four times the width by default.</summary>
    internal long Hidden { get; init; } = 4 * Width;

    /// <summary>Added to the variance by layer normalisation.</summary>
    internal double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether GELU is approximated by a hyperbolic tangent.</summary>
    internal bool TanhGelu { get; init; }

    /// <summary>Dropout after attention and in the feed-forward part.</summary>
    internal double Dropout { get; init; }

    /// <summary>Drop path of the last block; it grows from 0 at the first.</summary>
    internal double DropPath { get; init; }

    /// <summary>Whether a block's inner values are computed a second time in the backward pass instead of being kept.</summary>
    internal bool Recompute { get; init; }

    /// <summary>Whether linear layers start as PyTorch's do; otherwise by Glorot's rule with biases 0.</summary>
    internal bool PlainStart { get; init; }
}
