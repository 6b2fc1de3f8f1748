using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>One whole classifier per modality; joint logits are the mean over what is present, or the logarithm of the mean of the probabilities.</summary>
public sealed class LateFusion : Fusion
{
    private const double SmallestProbability = 1e-30;
    private readonly Dictionary<string, Linear> _heads = [];
    private readonly bool _averagesProbabilities;

    /// <summary>One head per modality.</summary>
    public LateFusion(IReadOnlyList<(string Name, long Width)> modalities, int classes, Generator generator, bool averagesProbabilities = false)
    {
        _averagesProbabilities = averagesProbabilities;
        foreach (var (name, width) in modalities) _heads[name] = Child(name, new Linear(width, classes, generator));
    }

    /// <inheritdoc />
    public override string ScoredBy => "late";

    /// <inheritdoc />
    public override Tensor Fuse(FeatureSet features) => _averagesProbabilities
        ? MeanOverPresent(features, modality => UnimodalLogits(features, modality).Softmax(1)).ClampMin(SmallestProbability).Log()
        : MeanOverPresent(features, modality => UnimodalLogits(features, modality));

    /// <inheritdoc />
    public override Tensor UnimodalLogits(FeatureSet features, string modality) => _heads[modality].Forward(features[modality]);
}
