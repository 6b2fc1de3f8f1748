namespace Equipoise.Torch.Nn;

/// <summary>Sets elements to zero at a rate while training and scales the rest up by 1/(1 − rate).</summary>
/// <param name="rate">From 0 to below 1.</param>
/// <param name="draws">The source of randomness, not owned.</param>
public sealed class Dropout(double rate, DrawStream draws) : Module
{
    /// <summary>The input with elements dropped while training; the input itself otherwise.</summary>
    public Tensor Forward(Tensor input) => Training && rate > 0 ? input * Kept(input.Shape) : input;

    private Tensor Kept(long[] shape)
    {
        using Generator generator = draws.Next();
        Tensor mask = Tensor.Zeros(shape);
        mask.BernoulliInPlace(1 - rate, generator);
        mask.MulInPlace(1 / (1 - rate));
        return mask;
    }
}
