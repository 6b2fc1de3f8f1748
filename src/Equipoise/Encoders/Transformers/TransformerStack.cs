using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders.Transformers;

/// <summary>Blocks one after the other and, where it is named, a layer normalisation after the last.</summary>
internal sealed class TransformerStack : Module
{
    private readonly TransformerBlock[] _blocks;
    private readonly LayerNorm? _norm;

    /// <summary>Makes the blocks.</summary>
    /// <param name="depth">How many.</param>
    /// <param name="settings">What they have in common.</param>
    /// <param name="names">What their parts are called.</param>
    /// <param name="initial">The stream of initial values.</param>
    /// <param name="prefix">What stands before a block's number in its name.</param>
    /// <param name="norm">The name of the normalisation after the last block; null for none.</param>
    /// <param name="branches">Suffixes of the norms' names, where inputs of several kinds have norms of their own.</param>
    internal TransformerStack(int depth, BlockSettings settings, BlockNames names, Generator initial, string prefix = "", string? norm = null, string[]? branches = null)
    {
        _blocks = [.. Enumerable.Range(0, depth).Select(i => Child($"{prefix}{i}", new TransformerBlock(settings, names, settings.DropPath * i / Math.Max(1, depth - 1), initial, branches ?? [])))];
        if (norm is not null) _norm = Child(norm, new LayerNorm(settings.Width, settings.Epsilon));
    }

    /// <summary>Maps <c>[batch, positions, width]</c> to the same shape.</summary>
    internal Tensor Forward(Tensor x, Tensor? mask = null, int branch = 0)
    {
        foreach (TransformerBlock block in _blocks) x = block.Forward(x, mask, branch);
        return _norm?.Forward(x) ?? x;
    }
}
