namespace Equipoise.Torch.Nn;

/// <summary>Stochastic depth (Huang et al. 2016): in training a whole branch is left out for a sample at a rate, and scaled up by 1/(1 − rate) otherwise.</summary>
/// <param name="rate">From 0 to below 1.</param>
/// <param name="draws">The source of randomness, not owned.</param>
public sealed class DropPath(double rate, DrawStream draws) : Module
{
    /// <summary>The branch <c>[batch, …]</c>, zero for the samples that leave it out.</summary>
    public Tensor Forward(Tensor branch)
    {
        if (!Training || rate == 0) return branch;
        long[] shape = branch.Shape;
        using Generator generator = draws.Next();
        Tensor kept = Tensor.Zeros([shape[0], .. Enumerable.Repeat(1L, shape.Length - 1)]);
        kept.BernoulliInPlace(1 - rate, generator);
        kept.MulInPlace(1 / (1 - rate));
        return branch * kept;
    }
}
