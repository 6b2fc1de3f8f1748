using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders.Transformers;

/// <summary>
/// A pre-norm block: <c>x + attention(norm₁ x)</c>, then <c>x + W₂ gelu(W₁ norm₂ x)</c>. Where several kinds of input pass through the same
/// block (CAV-MAE), each may have norms of its own.
/// </summary>
internal sealed class TransformerBlock : Module
{
    private readonly BlockSettings _settings;
    private readonly (LayerNorm First, LayerNorm Second)[] _norms;
    private readonly (Tensor Weight, Tensor Bias) _qkv, _projection, _fc1, _fc2;
    private readonly Dropout _dropout;
    private readonly DropPath _dropPath;

    internal TransformerBlock(BlockSettings settings, BlockNames names, double dropPath, Generator initial, params string[] branches)
    {
        _settings = settings;
        LayerNorm[] first = [.. branches.DefaultIfEmpty("").Select(branch => Child(names.Norm1 + branch, new LayerNorm(settings.Width, settings.Epsilon)))];
        long width = settings.Width;
        _qkv = Layer(names.Qkv, width, 3 * width, initial);
        _projection = Layer(names.Projection, width, width, initial);
        LayerNorm[] second = [.. branches.DefaultIfEmpty("").Select(branch => Child(names.Norm2 + branch, new LayerNorm(settings.Width, settings.Epsilon)))];
        _norms = [.. first.Zip(second)];
        _fc1 = Layer(names.Fc1, width, settings.Hidden, initial);
        _fc2 = Layer(names.Fc2, settings.Hidden, width, initial);
        _dropout = Child("dropout", new Dropout(settings.Dropout, settings.Draws));
        _dropPath = Child("drop_path", new DropPath(dropPath, settings.Draws));
    }

    /// <summary>Maps <c>[batch, positions, width]</c> to the same shape.</summary>
    /// <param name="x">The tokens.</param>
    /// <param name="mask">True where a position may be attended to; null where all may.</param>
    /// <param name="branch">Whose norms are taken.</param>
    internal Tensor Forward(Tensor x, Tensor? mask, int branch = 0)
    {
        if (!_settings.Recompute || !Training) return Compute(x, mask, branch);
        return Torch.Nn.Recompute.Run(input => Compute(input, mask, branch), x, [.. NamedParameters().Select(pair => pair.Tensor)], _settings.Draws);
    }

    private Tensor Compute(Tensor x, Tensor? mask, int branch)
    {
        x += _dropPath.Forward(Attend(_norms[branch].First.Forward(x), mask));
        return x + _dropPath.Forward(Feed(_norms[branch].Second.Forward(x)));
    }

    private Tensor Attend(Tensor x, Tensor? mask)
    {
        Tensor qkv = Ops.Linear(x, _qkv.Weight, _qkv.Bias);
        Tensor Part(int number) => qkv.Narrow(2, number * _settings.Width, _settings.Width);
        Tensor mixed = Attention.Attend(Part(0), Part(1), Part(2), _settings.Heads, mask);
        return _dropout.Forward(Ops.Linear(mixed, _projection.Weight, _projection.Bias));
    }

    private Tensor Feed(Tensor x)
    {
        Tensor inner = _dropout.Forward(Ops.Gelu(Ops.Linear(x, _fc1.Weight, _fc1.Bias), _settings.TanhGelu));
        return _dropout.Forward(Ops.Linear(inner, _fc2.Weight, _fc2.Bias));
    }

    private (Tensor, Tensor) Layer(string prefix, long inputs, long outputs, Generator initial) => _settings.PlainStart
        ? (Parameter($"{prefix}weight", Initial.Uniform(inputs, initial, outputs, inputs)), Parameter($"{prefix}bias", Initial.Uniform(inputs, initial, outputs)))
        : (Parameter($"{prefix}weight", Initial.Xavier(inputs, outputs, initial, outputs, inputs)), Parameter($"{prefix}bias", Tensor.Zeros(outputs)));
}
