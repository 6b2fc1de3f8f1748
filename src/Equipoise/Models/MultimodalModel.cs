using Equipoise.Data;
using Equipoise.Fusions;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Models;

/// <summary>Encoders, a fusion and, where a method trains them, a head of its own for each modality.</summary>
public sealed class MultimodalModel : Module
{
    private readonly Dictionary<string, Encoder> _encoders = [];
    private readonly Dictionary<string, Linear> _unimodalHeads = [];
    private readonly Dictionary<string, Linear> _projections = [];

    /// <summary>Puts a model together from its parts, in the order of <paramref name="encoders"/>.</summary>
    /// <param name="encoders">One encoder per modality.</param>
    /// <param name="fusion">The fusion; a <see cref="LateFusion"/> brings the unimodal heads itself.</param>
    /// <param name="unimodalHeads">Heads of their own, for methods that train them; null for none.</param>
    /// <param name="projections">A layer for each modality that brings its features to the width the fusion takes; null for none.</param>
    public MultimodalModel(
        IReadOnlyList<(string Name, Encoder Encoder)> encoders, Fusion fusion, IReadOnlyDictionary<string, Linear>? unimodalHeads = null, IReadOnlyDictionary<string, Linear>? projections = null)
    {
        Modalities = [.. encoders.Select(pair => pair.Name)];
        Group encoderGroup = Child("encoders", new Group());
        foreach (var (name, encoder) in encoders) _encoders[name] = encoderGroup.Add(name, encoder);
        if (projections is not null)
        {
            Group group = Child("projections", new Group());
            foreach (string name in Modalities) _projections[name] = group.Add(name, projections[name]);
        }
        Fusion = Child(fusion is LateFusion ? "unimodal_heads" : "fusion", fusion);
        if (unimodalHeads is null) return;
        Group headGroup = Child("unimodal_heads", new Group());
        foreach (string name in Modalities) _unimodalHeads[name] = headGroup.Add(name, unimodalHeads[name]);
    }

    /// <summary>The modalities in their order.</summary>
    public IReadOnlyList<string> Modalities { get; }

    /// <summary>How features become logits.</summary>
    public Fusion Fusion { get; }

    /// <summary>What encoders compute in: null, the default, for single precision, or a half one (parameters, features and everything after them stay in single precision).</summary>
    public DType? HalfPrecision { get; set; }

    /// <summary>Where a unimodal score comes from: <c>head</c>, <c>shared</c>, <c>late</c> or <c>attribution</c>.</summary>
    public string ScoredBy => _unimodalHeads.Count > 0 ? "head" : Fusion.ScoredBy;

    /// <summary>The encoder of a modality.</summary>
    public Encoder Encoder(string modality) => _encoders[modality];

    /// <summary>The parameters of one encoder and of its projection, with their full names.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> EncoderParameters(string modality) =>
        _encoders[modality].NamedParameters($"encoders.{modality}").Concat(_projections.GetValueOrDefault(modality)?.NamedParameters($"projections.{modality}") ?? []);

    /// <summary>The running statistics of one encoder's normalisations, with their full names; counters are left out.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> EncoderStatistics(string modality) =>
        _encoders[modality].NamedBuffers($"encoders.{modality}").Where(buffer => buffer.Tensor.Type == DType.Float32);

    /// <summary>Starts what dropout draws from anew, each encoder's by its place.</summary>
    /// <param name="seed">The seed of a step.</param>
    public void RestartDraws(ulong seed)
    {
        for (int i = 0; i < Modalities.Count; i++) _encoders[Modalities[i]].Draws.Restart(SeedStream.Derive(seed, "dropout", i));
    }

    /// <summary>Features and joint logits of a batch.</summary>
    public ForwardResult Forward(ModelInput input)
    {
        Dictionary<string, Tensor> encoded = [];
        Dictionary<string, Tensor> features = Modalities.ToDictionary(name => name, name => Encode(name, input, encoded));
        FeatureSet set = new(Modalities, features, input.Present) { Encoded = encoded };
        return new ForwardResult(set, Fusion.Fuse(set));
    }

    /// <summary>
    /// What the model says when it may use one modality only, <c>[batch, classes]</c>: by the modality's own head where there is
    /// one, else by the attribution of the fusion.
    /// </summary>
    public Tensor UnimodalLogits(FeatureSet features, string modality) =>
        _unimodalHeads.TryGetValue(modality, out Linear? head) ? head.Forward(features[modality]) : Fusion.UnimodalLogits(features, modality);

    /// <summary>
    /// What the encoder of a modality, and its projection where there is one, make of inputs. What comes in between goes at once; what the
    /// backward pass needs stays with the graph, which gives it back on its way.
    /// </summary>
    internal Tensor Encode(string modality, Tensor input, Tensor? mask = null)
    {
        using TensorScope between = TensorScope.Begin();
        Tensor features = Forward(_encoders[modality], input, mask);
        return between.Keep(_projections.GetValueOrDefault(modality)?.Forward(features) ?? features);
    }

    private Tensor Forward(Encoder encoder, Tensor input, Tensor? mask)
    {
        if (HalfPrecision is null) return encoder.Forward(input, mask);
        using Autocast half = Autocast.To(HalfPrecision);
        return encoder.Forward(input, mask).To(DType.Float32);
    }

    /// <summary>Encodes the samples that have the modality; the others get zeros and touch nothing.</summary>
    private Tensor Encode(string modality, ModelInput input, Dictionary<string, Tensor> encoded)
    {
        Tensor? mask = input.Masks.GetValueOrDefault(modality);
        if (!input.Present.TryGetValue(modality, out bool[]? present)) return encoded[modality] = Encode(modality, input.Inputs[modality], mask);
        long[] rows = [.. Enumerable.Range(0, present.Length).Where(row => present[row]).Select(row => (long)row)];
        Tensor features = Tensor.Zeros(present.Length, _projections.GetValueOrDefault(modality)?.Bias.Count ?? _encoders[modality].Width);
        if (rows.Length == 0) return features;
        Tensor index = Tensor.From(rows, rows.Length);
        encoded[modality] = Encode(modality, input.Inputs[modality].IndexSelect(0, index), mask?.IndexSelect(0, index));
        return features.IndexCopy(0, index, encoded[modality]);
    }

    private sealed class Group : Module
    {
        internal T Add<T>(string name, T module) where T : Module => Child(name, module);
    }
}
