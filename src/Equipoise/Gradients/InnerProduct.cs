using Equipoise.Torch;

namespace Equipoise.Gradients;

/// <summary>Inner products and lengths of gradients; in double precision where single cannot hold the squares.</summary>
internal static class InnerProduct
{
    /// <summary><c>⟨left, right⟩</c> over all elements.</summary>
    internal static double Of(Tensor left, Tensor right)
    {
        double product = left.Reshape(-1).Dot(right.Reshape(-1)).ToDouble();
        return double.IsFinite(product) ? product : left.To(DType.Float64).Reshape(-1).Dot(right.To(DType.Float64).Reshape(-1)).ToDouble();
    }

    /// <summary><c>‖gradient‖</c> over all elements.</summary>
    internal static double Length(this Tensor gradient)
    {
        double length = gradient.Norm().ToDouble();
        return double.IsFinite(length) ? length : Math.Sqrt(Of(gradient, gradient));
    }
}
