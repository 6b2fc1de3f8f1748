using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>Gating: both features are projected, the conditioning one opens or closes the other: <c>head(σ(p_x) ⊙ p_y)</c>.</summary>
public sealed class GatedFusion : Fusion
{
    private readonly string _condition;
    private readonly string _other;
    private readonly Dictionary<string, Linear> _projections = [];
    private readonly Linear _head;

    /// <summary>Layers for two modalities.</summary>
    /// <param name="modalities">The modalities with the widths of their features, which are equal.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="generator">The stream of initial values.</param>
    /// <param name="condition">The modality that conditions the other; null for the first.</param>
    /// <exception cref="ArgumentException">There are not two, their widths differ, or the condition names neither.</exception>
    public GatedFusion(IReadOnlyList<(string Name, long Width)> modalities, int classes, Generator generator, string? condition = null)
    {
        (_condition, _other, long width) = Pair(modalities, condition, "gated");
        Group group = Child("projections", new Group());
        foreach (var (name, _) in modalities) _projections[name] = group.Add(name, new Linear(width, width, generator));
        _head = Child("head", new Linear(width, classes, generator));
    }

    /// <inheritdoc />
    public override Tensor Fuse(FeatureSet features)
    {
        Tensor gate = _projections[_condition].Forward(features[_condition]).Sigmoid();
        return _head.Forward(gate * _projections[_other].Forward(features[_other]));
    }
}
