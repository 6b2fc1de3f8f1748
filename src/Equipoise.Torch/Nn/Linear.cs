namespace Equipoise.Torch.Nn;

/// <summary><c>x Wᵀ + b</c>: W is <c>weight [outputs, inputs]</c>, b is <c>bias [outputs]</c>.</summary>
public sealed class Linear : Module
{
    /// <summary>A layer with PyTorch's default initial values.</summary>
    public Linear(long inputs, long outputs, Generator generator)
    {
        Weight = Parameter("weight", Initial.Uniform(inputs, generator, outputs, inputs));
        Bias = Parameter("bias", Initial.Uniform(inputs, generator, outputs));
    }

    /// <summary>A layer whose initial values the caller gives.</summary>
    public Linear(Tensor weight, Tensor bias)
    {
        Weight = Parameter("weight", weight);
        Bias = Parameter("bias", bias);
    }

    /// <summary>The weight <c>[outputs, inputs]</c>.</summary>
    public Tensor Weight { get; }

    /// <summary>The bias <c>[outputs]</c>.</summary>
    public Tensor Bias { get; }

    /// <summary>Maps <c>[…, inputs]</c> to <c>[…, outputs]</c>.</summary>
    public Tensor Forward(Tensor input) => Ops.Linear(input, Weight, Bias);
}
