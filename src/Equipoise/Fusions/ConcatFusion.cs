using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Fusions;

/// <summary>One head over the joined features; alone, a modality has its columns of the weight and an equal share of the bias (OGM-GE, eq. 5).</summary>
public sealed class ConcatFusion : Fusion
{
    private readonly IReadOnlyList<(string Name, long Width)> _modalities;
    private readonly Linear _head;

    /// <summary>A head over features of the given widths, joined in this order.</summary>
    public ConcatFusion(IReadOnlyList<(string Name, long Width)> modalities, int classes, Generator generator)
    {
        _modalities = modalities;
        _head = Child("head", new Linear(modalities.Sum(modality => modality.Width), classes, generator));
    }

    /// <inheritdoc />
    public override Tensor Fuse(FeatureSet features) => _head.Forward(Ops.Cat([.. _modalities.Select(modality => features[modality.Name])], dim: 1));

    /// <inheritdoc />
    public override Tensor UnimodalLogits(FeatureSet features, string modality)
    {
        long start = _modalities.TakeWhile(other => other.Name != modality).Sum(other => other.Width);
        Tensor columns = _head.Weight.Narrow(1, start, features[modality].Shape[1]);
        return Ops.Linear(features[modality], columns, _head.Bias * (1.0 / _modalities.Count));
    }
}
