namespace Equipoise.Torch.Nn;

/// <summary>Normalisation over the last dimension, with a learnt scale and shift.</summary>
public sealed class LayerNorm : Module
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly long _width;
    private readonly double _epsilon;

    /// <summary>Weight 1, bias 0.</summary>
    /// <param name="width">The size of the last dimension.</param>
    /// <param name="epsilon">Added to the variance; 1e-5 by default.</param>
    public LayerNorm(long width, double epsilon = 1e-5)
    {
        _width = width;
        _epsilon = epsilon;
        _weight = Parameter("weight", Tensor.Ones(width));
        _bias = Parameter("bias", Tensor.Zeros(width));
    }

    /// <summary>Normalises <c>[…, width]</c>.</summary>
    public Tensor Forward(Tensor input) => Ops.LayerNorm(input, [_width], _weight, _bias, _epsilon);
}
