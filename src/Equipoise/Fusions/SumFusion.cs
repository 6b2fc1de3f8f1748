using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>The sum of one head per modality; alone, a modality has its own head with its full bias.</summary>
public sealed class SumFusion : Fusion
{
    private readonly Dictionary<string, Linear> _heads = [];

    /// <summary>One head per modality.</summary>
    public SumFusion(IReadOnlyList<(string Name, long Width)> modalities, int classes, Generator generator)
    {
        Group group = Child("heads", new Group());
        foreach (var (name, width) in modalities) _heads[name] = group.Add(name, new Linear(width, classes, generator));
    }

    /// <inheritdoc />
    public override Tensor Fuse(FeatureSet features) => features.Modalities
        .Select(modality => features.Mask(modality) is { } mask ? UnimodalLogits(features, modality) * mask : UnimodalLogits(features, modality))
        .Aggregate((sum, part) => sum + part);

    /// <inheritdoc />
    public override Tensor UnimodalLogits(FeatureSet features, string modality) => _heads[modality].Forward(features[modality]);
}
