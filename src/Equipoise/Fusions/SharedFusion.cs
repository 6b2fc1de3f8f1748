using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>One head applied to every modality (MLA, CVPR 2024, section 3); joint logits are the mean over what is present.</summary>
public sealed class SharedFusion : Fusion
{
    /// <summary>Modalities of equal width.</summary>
    /// <exception cref="ArgumentException">The widths differ.</exception>
    public SharedFusion(IReadOnlyList<(string Name, long Width)> modalities, int classes, Generator generator)
    {
        if (modalities.FirstOrDefault(modality => modality.Width != modalities[0].Width) is { Name: { } name, Width: var width })
            throw new ArgumentException($"fusion 'shared' wants features of equal width, but {modalities[0].Name} has {modalities[0].Width} and {name} {width}: give encoders of one width, or set model.fusion.projection");
        Head = Child("head", new Linear(modalities[0].Width, classes, generator));
    }

    /// <summary>The head that all modalities share.</summary>
    public Linear Head { get; }

    /// <inheritdoc />
    public override string ScoredBy => "shared";

    /// <inheritdoc />
    public override Tensor Fuse(FeatureSet features) => MeanOverPresent(features, modality => UnimodalLogits(features, modality));

    /// <inheritdoc />
    public override Tensor UnimodalLogits(FeatureSet features, string modality) => Head.Forward(features[modality]);
}
