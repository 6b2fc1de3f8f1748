namespace Equipoise.Torch;

/// <summary>What is done to many gradients at once, each in one pass over memory and on all threads.</summary>
public static class GradientOps
{
    private static readonly Operator ModulateOp = Operator.Get("equipoise::modulate");
    private static readonly Operator GramOp = Operator.Get("equipoise::gram");
    private static readonly Operator MixOp = Operator.Get("equipoise::mix");

    /// <summary><c>g ← k·g + ε</c>, in place, ε normal with the standard deviation of the elements of the unscaled g.</summary>
    /// <param name="gradients">One or more elements each; one alone gets no noise.</param>
    /// <param name="coefficient">k; 1 leaves a gradient as it is where there is no noise, to the last bit.</param>
    /// <param name="noise">Scale of ε; 0 for none.</param>
    /// <param name="generator">Gives the bits that <see cref="Tensor.NormalInPlace"/> draws from it for one contiguous tensor after the other; needed with noise.</param>
    public static void Modulate(Tensor[] gradients, double coefficient, double noise, Generator? generator) =>
        ModulateOp.CallInPlace(gradients, coefficient, noise, generator);

    /// <summary><c>⟨a, a⟩, ⟨a, b⟩, ⟨b, b⟩</c> over all elements of each pair of tensors, added up in double precision; three numbers per pair.</summary>
    public static double[] Gram(Tensor[] first, Tensor[] second) => GramOp.Call(first, second).ToArray<double>();

    /// <summary><c>p·a + q·b</c>.</summary>
    public static Tensor Mix(Tensor first, Tensor second, double p, double q) => MixOp.Call(first, second, p, q);
}
