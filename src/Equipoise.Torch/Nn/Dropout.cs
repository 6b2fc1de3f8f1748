namespace Equipoise.Torch.Nn;

/// <summary>Sets elements to zero at a rate while training and scales the rest up; draws from its own generator.</summary>
/// <param name="rate">From 0 to below 1.</param>
/// <param name="generator">The source of randomness, not owned.</param>
public sealed class Dropout(double rate, Generator generator) : Module
{
    /// <summary>The input with elements dropped while training; the input itself otherwise.</summary>
    public Tensor Forward(Tensor input)
    {
        if (!Training || rate == 0) return input;
        Tensor mask = Tensor.Zeros(input.Shape);
        mask.BernoulliInPlace(1 - rate, generator);
        return input * mask * (1 / (1 - rate));
    }
}
