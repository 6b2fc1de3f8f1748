using Equipoise.Data;
using Equipoise.Fusions;
using Equipoise.Gradients;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// Multimodal learning with alternating unimodal adaptation (Zhang et al., CVPR 2024): one head shared by all modalities,
/// trained by each in turn; its gradient is kept from undoing the turn before; at test time the certain modality weighs more.
/// </summary>
/// <param name="projectsHead">Whether head gradients are projected (<c>head_gradient: rls</c>) or left (<c>off</c>).</param>
/// <param name="ridge">The ridge of the projection, above 0.</param>
/// <param name="ridgeDecay">What the ridge is multiplied by over an epoch, falling step by step and starting anew with each; 1 for a constant ridge.</param>
/// <param name="order">In which order the modalities take their turns; null for the model's.</param>
/// <param name="weights">Fixed weights of the modalities at test time, in the model's order; null for dynamic ones.</param>
public sealed class Mla(
    bool projectsHead = true, double ridge = 0.1, double ridgeDecay = 1, IReadOnlyList<string>? order = null, IReadOnlyList<double>? weights = null)
    : BalancingMethod
{
    private HeadProjection? _projection;

    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "mla",
        Summary = "trains the modalities in turn through one shared head, and fuses them at test time by certainty",
        Paper = "Zhang, Yoon, Bansal, Yao: Multimodal Representation Learning by Alternating Unimodal Adaptation, CVPR 2024",
        Category = "alternating",
        Owns = Phase.Losses | Phase.Passes | Phase.Predict,
        DefaultFusion = "shared",
        Fusions = ["shared"],
        Deviations =
        [
            "head_gradient rls is the projection the paper means, with a scalar denominator; the released one is chaotic, and never runs",
            "a step moves the encoder at hand and the head only; under torch 1 the released code lets the others coast",
            "entropies are per sample, as in the paper; the released code takes one per batch",
        ],
        Cost = "one optimiser step per modality, and a matrix of the head's width squared",
    };

    /// <summary>P of the head projection <c>[width, width]</c>; it stays the identity where gradients are left as they are.</summary>
    public Tensor? Projection => _projection?.Matrix;

    internal static Mla Read(YamlMap map)
    {
        bool rls = map.Choice("head_gradient", "rls", ["rls", "off"]) == "rls";
        double ridge = map.Number("ridge", 0.1, min: 1e-12);
        bool isFixed = map.Choice("fusion", "dynamic", ["dynamic", "fixed"]) == "fixed";
        double decay = map.Number("ridge_decay", 1, min: 1e-12, max: 1);
        IReadOnlyList<double>? weights = map.Numbers("weights");
        if (weights is not null && (!isFixed || weights.Any(weight => weight < 0) || weights.Sum() <= 0))
            map.Problem("weights", "are not what fixed fusion takes", "set fusion: fixed and one weight of at least 0 per modality");
        return new Mla(rls, ridge, decay, map.Texts("order"), isFixed ? weights ?? [] : null);
    }

    /// <inheritdoc />
    public override Refusal? Refuses(string fusion, IReadOnlyList<string> modalities)
    {
        string all = string.Join(", ", modalities);
        if (weights is { Count: > 0 } && weights.Count != modalities.Count)
            return new Refusal($"method mla has {weights.Count} weights for {modalities.Count} modalities", $"give one each, in the order {all}");
        if (order is not null && !order.Order(StringComparer.Ordinal).SequenceEqual(modalities.Order(StringComparer.Ordinal)))
            return new Refusal($"method mla has the order {string.Join(", ", order)}", $"name each of {all} once");
        return base.Refuses(fusion, modalities);
    }

    /// <inheritdoc />
    public override void Start(MultimodalModel model, int samples)
    {
        using TensorScope scope = TensorScope.Begin();
        _projection = new HeadProjection(Head(model).Weight.Shape[1]);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Pass> Passes(MultimodalModel model) => [.. (order ?? model.Modalities).Select(modality => new Pass(modality))];

    /// <inheritdoc />
    public override void Losses(StepContext step, LossSet losses) => losses.AddUnimodal(step, step.Pass.Modality!);

    /// <inheritdoc />
    public override void AfterBackward(StepContext step)
    {
        if (!projectsHead || _projection is null) return;
        string modality = step.Pass.Modality!;
        using TensorScope scope = TensorScope.Begin();
        if (Head(step.Model).Weight.Grad is not { } gradient) return; // The head is frozen.
        Tensor projected = _projection.Project(gradient);
        step.Figure($"head_gradient_kept.{modality}", Gram.LengthOf(projected) / Math.Max(Gram.LengthOf(gradient), 1e-30));
        gradient.CopyInPlace(projected);
        _projection.Fold(step.PresentRows(step.Forward.Features[modality].Detach(), modality).Mean([0]), RidgeAt(ridge, ridgeDecay, step.Position));
    }

    /// <summary><c>ridge · decay^(b/L)</c> for step b of an epoch of L steps: the released code's schedule has both at 0.1.</summary>
    internal static double RidgeAt(double ridge, double decay, StepPosition position) => ridge * Math.Pow(decay, position.Fraction);

    /// <inheritdoc />
    public override Prediction Predict(MultimodalModel model, ForwardResult forward)
    {
        Tensor[] logits = [.. model.Modalities.Select(modality => model.UnimodalLogits(forward.Features, modality))];
        Tensor share = weights is null ? EntropyWeights.Of(logits, forward.Features) : FixedWeights(forward.Features, logits.Length);
        Tensor fused = (Ops.Stack(logits, dim: 1) * share.Unsqueeze(2)).Sum(1);
        return new Prediction(fused, model.Modalities.Select((name, m) => (name, Share: share.Narrow(1, m, 1).Squeeze(1))).ToDictionary(pair => pair.name, pair => pair.Share));
    }

    /// <inheritdoc />
    public override IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _projection is null ? [] : [KeyValuePair.Create("projection", _projection.Matrix)];

    /// <inheritdoc />
    public override void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        if (_projection is not null && state.TryGetValue("projection", out Tensor? matrix)) _projection.Matrix.CopyInPlace(matrix);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _projection?.Dispose();
        base.Dispose(disposing);
    }

    private static Torch.Nn.Linear Head(MultimodalModel model) => ((SharedFusion)model.Fusion).Head;

    private Tensor FixedWeights(FeatureSet features, int modalities)
    {
        Tensor[] columns = new Tensor[modalities];
        long batch = features[features.Modalities[0]].Shape[0];
        for (int m = 0; m < modalities; m++)
        {
            Tensor column = Ops.Full([batch, 1], weights!.Count > 0 ? weights[m] : 1, DType.Float32);
            columns[m] = features.Mask(features.Modalities[m]) is { } mask ? column * mask : column;
        }
        Tensor all = Ops.Cat(columns, dim: 1);
        return all / all.Sum(1, keep: true).ClampMin(1e-12);
    }
}
