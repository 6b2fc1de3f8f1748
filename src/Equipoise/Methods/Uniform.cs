using Equipoise.Gradients;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>Joint and unimodal losses with equal weights: <c>L = L_m + Σ L_k</c> (the baseline of MMPareto, ICML 2024).</summary>
public sealed class Uniform : BalancingMethod
{
    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "uniform",
        Summary = "adds each modality's own loss to the joint one, all with weight 1",
        Paper = "Wei and Hu, MMPareto, ICML 2024 (baseline)",
        Category = "weighting",
        Owns = Phase.Losses,
        UnimodalHeads = true,
    };

    /// <inheritdoc />
    public override void Losses(StepContext step, LossSet losses) => AddLosses(step, losses);

    internal static void AddLosses(StepContext step, LossSet losses)
    {
        losses.AddJoint(step);
        foreach (string modality in step.Model.Modalities) losses.AddUnimodal(step, modality);
    }
}
