using Equipoise.Configuration;
using Equipoise.Fusions;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Training;

namespace Equipoise.Samples;

#region OwnFusion
/// <summary>A fusion of one's own: every modality is projected to the same width, and a head reads the product.</summary>
public sealed class ProductFusion : Fusion
{
    private readonly Dictionary<string, Linear> _projections = [];
    private readonly Linear _head;

    public ProductFusion(IReadOnlyList<(string Name, long Width)> features, int classes, Generator initial, int width = 16)
    {
        foreach (var (name, inputs) in features) _projections[name] = Child(name, new Linear(inputs, width, initial));
        _head = Child("head", new Linear(width, classes, initial));
    }

    public override Tensor Fuse(FeatureSet features) =>
        _head.Forward(features.Modalities.Select(modality => Factor(features, modality)).Aggregate((product, factor) => product * factor));

    /// <summary>Alone, a modality is the only factor.</summary>
    public override Tensor UnimodalLogits(FeatureSet features, string modality) => _head.Forward(Factor(features, modality));

    /// <summary>Where the modality is absent the factor is 1.</summary>
    private Tensor Factor(FeatureSet features, string modality)
    {
        Tensor factor = _projections[modality].Forward(features[modality]);
        return features.Mask(modality) is { } mask ? factor * mask + (-mask + 1) : factor;
    }
}
#endregion

/// <summary>Trains with it, under OGM-GE.</summary>
public static class OwnFusion
{
    /// <summary>Configurations that are read with this may say <c>fusion: {type: product, width: 32}</c>.</summary>
    public static Plugins Plugin { get; } = new()
    {
        Fusions = { ["product"] = map => { int width = map.Integer("width", 16, min: 1); return (features, classes, initial) => new ProductFusion(features, classes, initial, width); } },
    };

    /// <summary>Trains; the run stays in the folder.</summary>
    public static RunResult Train(string folder) => ArraysInMemory.Train(folder, "ogm-ge", Plugin, ("model.fusion", "{type: product, width: 24}"));
}
