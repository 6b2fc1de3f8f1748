using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Methods;

/// <summary>MLA's test-time fusion (eq. 9 and 10): per sample, the more certain modality weighs more.</summary>
public static class EntropyWeights
{
    /// <summary><c>λ = softmax(−entropy)</c> per sample over the modalities that are present, <c>[batch, modalities]</c>.</summary>
    /// <param name="logits">One <c>[batch, classes]</c> per modality.</param>
    /// <param name="features">Says which modality is present in which sample.</param>
    public static Tensor Of(IReadOnlyList<Tensor> logits, FeatureSet features)
    {
        Tensor[] scores = new Tensor[logits.Count];
        for (int m = 0; m < logits.Count; m++)
        {
            Tensor logProbability = logits[m].LogSoftmax(1);
            Tensor negativeEntropy = (logProbability.Exp() * logProbability).Sum(1);
            scores[m] = features.Mask(features.Modalities[m]) is { } mask ? negativeEntropy + (mask.Squeeze(1) - 1) * 1e9 : negativeEntropy;
        }
        return Ops.Stack(scores, dim: 1).Softmax(1);
    }
}
