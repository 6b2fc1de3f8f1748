using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Evaluation;

/// <summary>What is taken away from the samples when a model is asked. Features are taken away, not inputs: one pass through the encoders serves many absences.</summary>
public sealed class Absence
{
    private readonly IReadOnlyCollection<string> _dropped;
    private readonly MissingMask? _mask;
    private readonly MissingMode _mode;

    private Absence(IReadOnlyCollection<string> dropped, MissingMask? mask, MissingMode mode)
    {
        _dropped = dropped;
        _mask = mask;
        _mode = mode;
    }

    /// <summary>Nothing is taken away.</summary>
    public static Absence None { get; } = new([], null, MissingMode.Absent);

    /// <summary>Modalities are missing from every sample.</summary>
    /// <param name="dropped">The modalities; none for nothing.</param>
    /// <param name="mode">What missing means to the model.</param>
    public static Absence Of(IReadOnlyCollection<string> dropped, MissingMode mode = MissingMode.Absent) => new(dropped, null, mode);

    /// <summary>Each sample loses what a mask says.</summary>
    /// <param name="mask">What is kept, of the split that is asked about.</param>
    /// <param name="mode">What missing means to the model.</param>
    public static Absence Of(MissingMask mask, MissingMode mode) => new([], mask, mode);

    internal bool IsNone => _dropped.Count == 0 && _mask is null;

    /// <summary>The features of a batch as the absence leaves them.</summary>
    /// <param name="features">Those of the whole batch.</param>
    /// <param name="indices">The samples' positions in the split.</param>
    /// <param name="blank">What the encoder of a modality makes of an input of zeros, <c>[1, width]</c>.</param>
    internal FeatureSet Apply(FeatureSet features, int[] indices, Func<string, Tensor> blank)
    {
        Dictionary<string, Tensor> left = [];
        Dictionary<string, bool[]> present = [];
        foreach (string modality in features.Modalities)
        {
            left[modality] = features[modality];
            if (features.Present(modality) is { } there) present[modality] = there;
            if (Kept(modality, indices) is not { } kept) continue;
            Tensor mask = Tensor.From(kept.Select(here => here ? 1f : 0f).ToArray(), kept.Length, 1);
            left[modality] = features[modality] * mask;
            if (_mode == MissingMode.Zero) left[modality] += blank(modality) * (mask * -1 + 1) * (features.Mask(modality) ?? Tensor.Ones(1, 1));
            else present[modality] = features.Present(modality) is { } had ? [.. kept.Zip(had, (here, before) => here && before)] : kept;
        }
        return new FeatureSet(features.Modalities, left, present);
    }

    private bool[]? Kept(string modality, int[] indices)
    {
        if (_dropped.Contains(modality)) return new bool[indices.Length];
        return _mask is null ? null : [.. indices.Select(index => _mask.Kept(modality)[index])];
    }
}
