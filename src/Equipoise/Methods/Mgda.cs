using Equipoise.Data;
using Equipoise.Gradients;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// Conventional Pareto integration (Sener and Koltun, NeurIPS 2018; the comparison in MMPareto): always the min-norm
/// combination <c>α g_m + (1 − α) g_u</c> of each encoder's multimodal and unimodal gradient.
/// </summary>
/// <param name="byFeatures">Whether the gradients of an encoder's features are combined instead of those of its parameters: an approximation that saves a pass.</param>
public sealed class Mgda(bool byFeatures = false) : BalancingMethod
{
    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "mgda",
        Summary = "always the shortest combination of each encoder's multimodal and unimodal gradient",
        Paper = "Sener, Koltun: Multi-Task Learning as Multi-Objective Optimization, NeurIPS 2018",
        Category = "gradient",
        Owns = Phase.Losses | Phase.Gradients,
        UnimodalHeads = true,
        Deviations = ["granularity feature combines the gradients of the features, not of the parameters: an approximation of our own"],
        Cost = "one backward pass through each encoder more than joint training; none more with granularity feature",
    };

    internal static Mgda Read(YamlMap map) => new(MmPareto.ReadByFeatures(map));

    /// <inheritdoc />
    public override void Losses(StepContext step, LossSet losses) => Uniform.AddLosses(step, losses);

    /// <inheritdoc />
    public override void CombineGradients(StepContext step, LossSet losses) => GradientTable.Combine(step.Model, losses, (modality, pair) =>
    {
        double weight = MinNorm.FirstWeight(pair.Gram);
        step.Figure($"weight.{modality}", weight);
        return pair.Mix(weight, 1 - weight);
    }, byFeatures ? step.Forward.Features : null);
}
