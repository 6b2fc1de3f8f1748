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
        Ops.BatchNorm(input, _weight, _bias, _mean, _variance, Training && input.Count > _weight.Count, Momentum, Epsilon);
}
