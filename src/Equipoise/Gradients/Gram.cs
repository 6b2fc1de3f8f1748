using Equipoise.Torch;

namespace Equipoise.Gradients;

/// <summary>The inner products of two gradients with each other and with themselves.</summary>
/// <param name="FirstSquared"><c>⟨a, a⟩</c></param>
/// <param name="Product"><c>⟨a, b⟩</c></param>
/// <param name="SecondSquared"><c>⟨b, b⟩</c></param>
public readonly record struct Gram(double FirstSquared, double Product, double SecondSquared)
{
    /// <summary>The sum of both: the inner products of what two tensors hold together.</summary>
    public static Gram operator +(Gram one, Gram other) =>
        new(one.FirstSquared + other.FirstSquared, one.Product + other.Product, one.SecondSquared + other.SecondSquared);

    /// <summary><c>‖p·a + q·b‖</c>, without computing the sum.</summary>
    internal double Length(double p, double q) => Math.Sqrt(Math.Max(0, p * p * FirstSquared + 2 * p * q * Product + q * q * SecondSquared));

    /// <summary>Those of each pair of tensors.</summary>
    internal static Gram[] Of(Tensor[] first, Tensor[] second)
    {
        using TensorScope scope = TensorScope.Begin();
        return [.. GradientOps.Gram(first, second).Chunk(3).Select(products => new Gram(products[0], products[1], products[2]))];
    }

    /// <summary><c>‖g‖</c> over all elements of all tensors.</summary>
    internal static double LengthOf(params Tensor[] tensors) => Math.Sqrt(Of(tensors, tensors).Sum(gram => gram.FirstSquared));
}
