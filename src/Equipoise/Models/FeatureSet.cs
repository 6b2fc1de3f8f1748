using Equipoise.Torch;

namespace Equipoise.Models;

/// <summary>The features of one batch, by modality; what is absent is zero.</summary>
public sealed class FeatureSet
{
    private readonly Dictionary<string, Tensor> _features;
    private readonly IReadOnlyDictionary<string, bool[]> _present;

    /// <summary>Features <c>[batch, width]</c> in the order of the modalities.</summary>
    /// <param name="modalities">The modalities in their order.</param>
    /// <param name="features">One tensor per modality.</param>
    /// <param name="present">For each modality that is absent in some sample: which samples have it.</param>
    public FeatureSet(IReadOnlyList<string> modalities, Dictionary<string, Tensor> features, IReadOnlyDictionary<string, bool[]> present)
    {
        Modalities = modalities;
        _features = features;
        _present = present;
    }

    /// <summary>The modalities in their order.</summary>
    public IReadOnlyList<string> Modalities { get; }

    /// <summary>The features <c>[batch, width]</c> of a modality.</summary>
    public Tensor this[string modality] => _features[modality];

    /// <summary>What each encoder gave: a row for every sample that has the modality, none for the others. A modality that no sample has is left out.</summary>
    internal IReadOnlyDictionary<string, Tensor> Encoded { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>Which samples have the modality; null where all do.</summary>
    public bool[]? Present(string modality) => _present.GetValueOrDefault(modality);

    /// <summary>1 where the modality is there, 0 where not, <c>[batch, 1]</c>; null where all have it.</summary>
    public Tensor? Mask(string modality) => Present(modality) is { } present
        ? Tensor.From(present.Select(there => there ? 1f : 0f).ToArray(), present.Length, 1)
        : null;

    /// <summary>The same features cut from the graph.</summary>
    public FeatureSet Detach() => new(Modalities, Modalities.ToDictionary(name => name, name => _features[name].Detach()), _present);

    /// <summary>The features with all modalities but one set to zero.</summary>
    public FeatureSet Only(string modality) => new(
        Modalities, Modalities.ToDictionary(name => name, name => name == modality ? _features[name] : _features[name] * 0), _present);
}
