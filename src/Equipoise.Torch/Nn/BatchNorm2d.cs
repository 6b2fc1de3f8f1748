namespace Equipoise.Torch.Nn;

/// <summary>Batch normalisation per channel with PyTorch's defaults (ε 1e-5, momentum 0.1).</summary>
public sealed class BatchNorm2d : Module
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;

    /// <summary>Weight 1, bias 0, running mean 0 and variance 1.</summary>
    public BatchNorm2d(long channels)
    {
        _weight = Parameter("weight", Tensor.Ones(channels));
        _bias = Parameter("bias", Tensor.Zeros(channels));
        _mean = Buffer("running_mean", Tensor.Zeros(channels));
        _variance = Buffer("running_var", Tensor.Ones(channels));
    }

    /// <summary>
    /// Normalises <c>[batch, channels, height, width]</c>, by the batch while training, by the running statistics otherwise. A single
    /// value per channel has no spread to normalise by (PyTorch refuses it): it, too, is normalised by the running statistics, and leaves them.
    /// </summary>
    public Tensor Forward(Tensor input) =>
        Ops.BatchNorm(input, _weight, _bias, _mean, _variance, IsByBatch(input), Momentum, Epsilon);

    /// <summary>Whether these maps are normalised by their own statistics.</summary>
    internal bool IsByBatch(Tensor maps) => Training && maps.Count > _weight.Count;

    /// <summary>The same for maps in blocks of channels that are normalised by their own statistics.</summary>
    internal Tensor InBlocks(Tensor maps, bool relu) => ChannelBlocks.BatchNorm(maps, _weight, _bias, _mean, _variance, Momentum, Epsilon, relu);

    /// <summary>What normalising by the running statistics does to each channel: times the first, plus the second.</summary>
    internal (Tensor Scale, Tensor Shift) Affine()
    {
        Tensor scale = _weight / (_variance + Epsilon).Sqrt();
        return (scale, _bias - _mean * scale);
    }
}
