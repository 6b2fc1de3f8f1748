using Equipoise.Torch;

namespace Equipoise.Methods;

/// <summary>QMF's ranking of confidences: a sample that has been easier so far should be trusted more than its neighbour.</summary>
public static class RankMargin
{
    /// <summary>
    /// The mean over neighbours (j = i + 1, the last with the first) of <c>max(0, t(c_i − c_j) ± μ)</c> with
    /// <c>t = sign(n_i − n_j)</c> and <c>μ = |n_i − n_j|</c>; 0 where t is 0.
    /// </summary>
    /// <param name="confidence">Confidences <c>[batch]</c>; gradients flow.</param>
    /// <param name="history">Normalised accumulated losses n <c>[batch]</c>, between 0 and 1.</param>
    /// <param name="intended">True adds the margin, as the paper means; false takes it off, as the released code does.</param>
    public static Tensor Loss(Tensor confidence, Tensor history, bool intended)
    {
        Tensor difference = history - history.Roll(-1, 0);
        Tensor sign = difference.Sign();
        Tensor ordered = sign * (confidence - confidence.Roll(-1, 0));
        Tensor violation = intended ? ordered + difference.Abs() : ordered - difference.Abs();
        return (violation.Relu() * sign.Abs()).Mean();
    }
}
