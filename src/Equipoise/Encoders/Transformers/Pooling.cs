using Equipoise.Torch;

namespace Equipoise.Encoders.Transformers;

/// <summary>One vector of a sequence.</summary>
internal static class Pooling
{
    /// <summary>The mean over the real positions of <c>[batch, positions, width]</c>; zero where none is.</summary>
    internal static Tensor Mean(Tensor x, Tensor? mask)
    {
        if (mask is null) return x.Mean([1]);
        Tensor weights = mask.To(DType.Float32).Unsqueeze(2);
        return (x * weights).Sum(1) / weights.Sum(1).ClampMin(1);
    }
}
