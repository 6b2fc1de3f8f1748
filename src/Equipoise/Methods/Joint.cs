using Equipoise.Fusions;
using Equipoise.Gradients;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>Plain joint training: the cross-entropy of the fused logits alone (with late fusion, of each modality's).</summary>
public sealed class Joint : BalancingMethod
{
    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "joint",
        Summary = "the fused cross-entropy alone: what everybody does, and what lets one modality get lazy",
        Paper = "baseline of all four papers",
        Category = "baseline",
    };

    internal static void AddLosses(StepContext step, LossSet losses)
    {
        if (step.Model.Fusion is LateFusion)
            foreach (string modality in step.Model.Modalities) losses.AddUnimodal(step, modality);
        else losses.AddJoint(step);
    }
}
