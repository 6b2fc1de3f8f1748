using Equipoise.Torch;

namespace Equipoise.Models;

/// <summary>What one pass through the model gave; nothing of it is left on the model.</summary>
/// <param name="Features">The features by modality.</param>
/// <param name="Logits">The joint class scores before softmax, <c>[batch, classes]</c>.</param>
public sealed record ForwardResult(FeatureSet Features, Tensor Logits);
