using Equipoise.Data;
using Equipoise.Gradients;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// MMPareto (Wei and Hu, ICML 2024, algorithm 1): each encoder receives a multimodal and a unimodal gradient. Where they
/// agree, both count equally; where they conflict, the min-norm combination gives a direction that serves both, at the length
/// of their sum, times a magnitude that keeps the noise that generalisation needs.
/// </summary>
/// <param name="magnitude">γ, above 0; 1.5 in the paper.</param>
/// <param name="perTensor">Whether lengths are lifted tensor by tensor (the released code) or for a whole encoder (the paper).</param>
/// <param name="byFeatures">Whether the gradients of an encoder's features are combined instead of those of its parameters: an approximation that saves a pass.</param>
public sealed class MmPareto(double magnitude = 1.5, bool perTensor = true, bool byFeatures = false) : BalancingMethod
{
    private const double Vanishing = 1e-7;

    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "mmpareto",
        Summary = "combines each encoder's multimodal and unimodal gradient so that neither is betrayed",
        Paper = "Wei, Hu: MMPareto: Boosting Multimodal Learning with Innocent Unimodal Assistance, ICML 2024",
        Category = "gradient",
        Owns = Phase.Losses | Phase.Gradients,
        UnimodalHeads = true,
        Deviations =
        [
            "the direction is 0 where anti-parallel gradients cancel; the released code divides by 0 there",
            "three backward passes serve where the released code takes four: the sum of the losses has the sum of the gradients",
            "granularity feature combines the gradients of the features, not of the parameters: an approximation of our own",
        ],
        Cost = "one backward pass through each encoder more than joint training; none more with granularity feature",
    };

    internal static MmPareto Read(YamlMap map) =>
        new(map.Number("magnitude", 1.5, min: 1e-6), map.Choice("rescale", "tensor", ["tensor", "encoder"]) == "tensor", ReadByFeatures(map));

    /// <summary>The setting that <see cref="Mgda"/> shares.</summary>
    internal static bool ReadByFeatures(YamlMap map) => map.Choice("granularity", "parameter", ["parameter", "feature"]) == "feature";

    /// <inheritdoc />
    public override void Losses(StepContext step, LossSet losses) => Uniform.AddLosses(step, losses);

    /// <inheritdoc />
    public override void CombineGradients(StepContext step, LossSet losses) => GradientTable.Combine(step.Model, losses, (modality, pair) =>
    {
        var (cosine, weight) = Weigh(pair);
        step.Figure($"cosine.{modality}", double.IsNaN(cosine) ? 0 : cosine);
        step.Figure($"conflict.{modality}", cosine < 0 ? 1 : 0);
        step.Figure($"weight.{modality}", weight);
        return Integrate(pair, weight, magnitude, perTensor);
    }, byFeatures ? step.Forward.Features : null);

    /// <summary>The cosine of an encoder's two gradients, and α: a half where it is above 0, else the min-norm weight.</summary>
    internal static (double Cosine, double Weight) Weigh(GradientPair pair)
    {
        Gram gram = pair.Gram;
        double cosine = gram.Product / Math.Sqrt(gram.FirstSquared * gram.SecondSquared);
        return (cosine, cosine > 0 ? 0.5 : MinNorm.FirstWeight(gram));
    }

    /// <summary><c>h = 2α g_m + 2(1 − α) g_u</c>, lifted to <c>‖g_m + g_u‖</c> where shorter, times γ. All lengths follow from the inner products.</summary>
    internal static Tensor[] Integrate(GradientPair pair, double weight, double magnitude, bool perTensor)
    {
        double p = 2 * weight, q = 2 * (1 - weight);
        Gram whole = pair.Gram;
        return
        [
            .. pair.Tensors.Zip(pair.Grams, (g, gram) =>
            {
                double lift = magnitude * Lift(perTensor ? gram : whole, p, q);
                return GradientOps.Mix(g.Multimodal, g.Unimodal, p * lift, q * lift);
            }),
        ];
    }

    private static double Lift(Gram gram, double p, double q)
    {
        double length = gram.Length(p, q), longest = Math.Sqrt(Math.Max(gram.FirstSquared, gram.SecondSquared));
        return length <= Vanishing * longest ? 0 : Math.Max(1, gram.Length(1, 1) / length);
    }
}
