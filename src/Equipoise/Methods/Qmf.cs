using Equipoise.Data;
using Equipoise.Gradients;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// Quality-aware multimodal fusion (Zhang et al., ICML 2023; baseline of MLA): modalities are weighted by an energy score,
/// which a ranking against each sample's loss history keeps honest.
/// </summary>
/// <param name="intended">The sign of the ranking's margin: the paper's, or the released code's.</param>
public sealed class Qmf(bool intended = true) : BalancingMethod
{
    private readonly Dictionary<string, double[]> _history = [];

    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "qmf",
        Summary = "weighs the modalities of each sample by an energy score, ranked against its loss history",
        Paper = "Zhang et al.: Provable Dynamic Fusion for Low-Quality Multimodal Data, ICML 2023",
        Category = "weighting",
        Owns = Phase.Losses | Phase.Predict,
        DefaultFusion = "late",
        Fusions = ["late"],
        Deviations = ["margin: intended adds the margin, as the paper says; the released code takes it off (margin: released)"],
        Cost = "one number per training sample and modality",
    };

    internal static Qmf Read(YamlMap map) => new(map.Choice("margin", "intended", ["intended", "released"]) == "intended");

    /// <inheritdoc />
    public override void Start(MultimodalModel model, int samples)
    {
        foreach (string modality in model.Modalities) _history[modality] = new double[samples];
    }

    /// <inheritdoc />
    public override void Losses(StepContext step, LossSet losses)
    {
        Dictionary<string, Tensor> logits = step.Model.Modalities.ToDictionary(modality => modality, step.UnimodalLogits);
        losses.Add("fused", step.Loss.Mean(Fuse(logits, step.Forward.Features), step.Labels));
        foreach (var (modality, z) in logits)
        {
            if (!step.HasSamples(modality)) continue;
            losses.AddUnimodal(step, modality);
            int[] samples = step.PresentIndices(modality);
            Remember(modality, samples, step.Loss.PerSample(step.PresentRows(z, modality).Detach(), step.PresentRows(step.Labels, modality)));
            Tensor confidence = Confidence(step.PresentRows(z, modality));
            losses.Add($"rank.{modality}", RankMargin.Loss(confidence, Normalised(modality, samples), intended), weight: 0.1);
            step.Figure($"confidence.{modality}", confidence.Detach().Mean().ToDouble());
        }
    }

    /// <inheritdoc />
    public override Prediction Predict(MultimodalModel model, ForwardResult forward)
    {
        Dictionary<string, Tensor> logits = model.Modalities.ToDictionary(name => name, name => model.UnimodalLogits(forward.Features, name));
        Dictionary<string, Tensor> weights = logits.ToDictionary(pair => pair.Key, pair => Weight(pair.Value, pair.Key, forward.Features).Squeeze(1).Abs());
        Tensor total = weights.Values.Aggregate((sum, weight) => sum + weight).ClampMin(1e-12);
        return new Prediction(Fuse(logits, forward.Features), weights.ToDictionary(pair => pair.Key, pair => pair.Value / total));
    }

    /// <inheritdoc />
    public override IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _history.Select(pair => KeyValuePair.Create($"history.{pair.Key}", Tensor.From(pair.Value, pair.Value.Length)));

    /// <inheritdoc />
    public override void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (string modality in _history.Keys)
            if (state.TryGetValue($"history.{modality}", out Tensor? history)) _history[modality] = history.ToArray<double>();
    }

    /// <summary><c>c = logsumexp(z) / 10</c>, <c>[batch]</c>.</summary>
    private static Tensor Confidence(Tensor logits) => logits.LogSumExp(1) * 0.1;

    private static Tensor Weight(Tensor logits, string modality, FeatureSet features)
    {
        Tensor confidence = Confidence(logits.Detach()).Unsqueeze(1);
        return features.Mask(modality) is { } mask ? confidence * mask : confidence;
    }

    /// <summary><c>Σ stopgrad(c_m) · z_m</c> over what is present.</summary>
    private static Tensor Fuse(Dictionary<string, Tensor> logits, FeatureSet features) => logits
        .Select(pair => Weight(pair.Value, pair.Key, features) * pair.Value)
        .Aggregate((sum, part) => sum + part);

    private void Remember(string modality, int[] samples, Tensor losses)
    {
        float[] values = losses.ToArray<float>();
        for (int i = 0; i < samples.Length; i++) _history[modality][samples[i]] += values[i];
    }

    private Tensor Normalised(string modality, int[] samples)
    {
        double[] history = _history[modality];
        double min = history.Min(), range = history.Max() - min;
        return Tensor.From(samples.Select(i => range > 0 ? (float)((history[i] - min) / range) : 0).ToArray(), samples.Length);
    }
}
