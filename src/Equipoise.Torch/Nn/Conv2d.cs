namespace Equipoise.Torch.Nn;

/// <summary>A 2-D convolution with a square kernel: <c>weight [outputs, inputs, kernel, kernel]</c> and, if wanted, <c>bias</c>.</summary>
public sealed class Conv2d : Module
{
    private readonly Tensor? _bias;

    /// <summary>A layer whose initial weight the caller gives.</summary>
    /// <param name="weight">Initial weight <c>[outputs, inputs, kernel, kernel]</c>.</param>
    /// <param name="bias">Initial bias <c>[outputs]</c>, or none.</param>
    /// <param name="stride">Step between positions.</param>
    /// <param name="padding">Zeros on each side.</param>
    public Conv2d(Tensor weight, Tensor? bias, long stride, long padding)
    {
        Weight = Parameter("weight", weight);
        _bias = bias is null ? null : Parameter("bias", bias);
        Stride = stride;
        Padding = padding;
    }

    /// <summary>A layer with PyTorch's default initial values.</summary>
    /// <param name="inputs">Channels that come in.</param>
    /// <param name="outputs">Channels that go out.</param>
    /// <param name="kernel">The side of the kernel.</param>
    /// <param name="generator">The stream of initial values.</param>
    /// <param name="stride">Step between positions; 1 by default.</param>
    /// <param name="padding">Zeros on each side; 0 by default.</param>
    public Conv2d(long inputs, long outputs, long kernel, Generator generator, long stride = 1, long padding = 0)
        : this(Initial.Uniform(inputs * kernel * kernel, generator, outputs, inputs, kernel, kernel), Initial.Uniform(inputs * kernel * kernel, generator, outputs), stride, padding)
    {
    }

    internal Tensor Weight { get; }

    internal long Stride { get; }

    internal long Padding { get; }

    /// <summary>Maps <c>[batch, inputs, height, width]</c> to <c>[batch, outputs, …]</c>.</summary>
    public Tensor Forward(Tensor input) => Ops.Conv2d(input, Weight, _bias, Stride, Padding);
}
