using Equipoise.Torch;

namespace Equipoise.Training;

/// <summary>Cross-entropy as configured: label smoothing and class weights.</summary>
/// <param name="classWeights">A weight per class; null for none.</param>
/// <param name="labelSmoothing">From 0 to below 1.</param>
public sealed class LossFunction(Tensor? classWeights = null, double labelSmoothing = 0)
{
    /// <summary>The mean over a batch of logits <c>[batch, classes]</c> and labels <c>[batch]</c>.</summary>
    public Tensor Mean(Tensor logits, Tensor labels) => Ops.CrossEntropy(logits, labels, classWeights, labelSmoothing);

    /// <summary>One value per sample, <c>[batch]</c>.</summary>
    public Tensor PerSample(Tensor logits, Tensor labels) => Ops.CrossEntropy(logits, labels, classWeights, labelSmoothing, reduce: false);
}
