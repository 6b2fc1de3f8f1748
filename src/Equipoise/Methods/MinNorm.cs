using Equipoise.Gradients;

namespace Equipoise.Methods;

/// <summary>The shortest convex combination of two gradients (Désidéri 2012; MMPareto, eq. 7).</summary>
public static class MinNorm
{
    /// <summary>The weight of the first gradient; the second has one minus it.</summary>
    /// <param name="firstSquared"><c>⟨g₁, g₁⟩</c></param>
    /// <param name="product"><c>⟨g₁, g₂⟩</c></param>
    /// <param name="secondSquared"><c>⟨g₂, g₂⟩</c></param>
    public static double FirstWeight(double firstSquared, double product, double secondSquared)
    {
        if (product >= firstSquared) return 0.999;
        if (product >= secondSquared) return 0.001;
        return (secondSquared - product) / (firstSquared + secondSquared - 2 * product);
    }

    /// <summary>The same, by the inner products of both.</summary>
    public static double FirstWeight(Gram gram) => FirstWeight(gram.FirstSquared, gram.Product, gram.SecondSquared);
}
