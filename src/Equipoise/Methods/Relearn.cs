using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// Diagnosing and re-learning (Wei et al., ECCV 2024): now and then each modality's features are diagnosed by the purity of their
/// clusters; the wider the gap between train and val, the further the encoder goes back to its start.
/// </summary>
/// <param name="every">Epochs between diagnoses.</param>
/// <param name="times">How many diagnoses at most.</param>
/// <param name="lambda">λ, how strongly a gap counts.</param>
/// <param name="restarts">Starts of the k-means.</param>
/// <param name="resetMomentum">Whether the optimiser's momentum of an encoder shrinks towards zero by the same share.</param>
/// <param name="resetBuffers">Whether an encoder's batch-norm statistics go back towards their start by the same share.</param>
public sealed class Relearn(
    int every = 20, int times = 3, double lambda = 3, int restarts = 5, bool resetMomentum = false, bool resetBuffers = false) : BalancingMethod
{
    private readonly Dictionary<string, Tensor> _start = [];
    private int _done;

    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "relearn",
        Summary = "diagnoses each modality by the purity of its features and softly re-initialises its encoder",
        Paper = "Wei, Li, Feng, Hu: Diagnosing and Re-learning for Balanced Multimodal Learning, ECCV 2024",
        Category = "re-initialisation",
        Deviations =
        [
            "training stays augmented and diagnosis is not; the released code switches augmentation off for the method alone",
            "k-means is the best of several starts",
        ],
        Cost = "a k-means over train and val at each diagnosis",
    };

    internal static Relearn Read(YamlMap map) => new(
        map.Integer("every", 20, min: 1), map.Integer("times", 3, min: 0), map.Number("lambda", 3, min: 0), map.Integer("restarts", 5, min: 1),
        map.Flag("reset_momentum", false), map.Flag("reset_buffers", false));

    /// <inheritdoc />
    public override void Start(MultimodalModel model, int samples)
    {
        using TensorScope scope = TensorScope.Begin();
        foreach (var (name, tensor) in model.Modalities.SelectMany(modality => Restored(model, modality))) _start[name] = tensor.Detach().Clone().Own();
    }

    /// <inheritdoc />
    public override void EpochEnd(EpochContext epoch)
    {
        if (epoch.Epoch == 0 || epoch.Epoch % every != 0 || _done >= times) return;
        _done++;
        SplitFeatures train = epoch.Features("train"), val = epoch.Features("val");
        foreach (string modality in epoch.Model.Modalities)
        {
            double onTrain = Diagnose(train, modality, epoch.Classes), onVal = Diagnose(val, modality, epoch.Classes);
            double strength = Purity.Strength(onTrain, onVal, lambda);
            epoch.Figure($"purity_train.{modality}", onTrain);
            epoch.Figure($"purity_val.{modality}", onVal);
            epoch.Figure($"strength.{modality}", strength);
            Reinitialise(epoch.Model, epoch.Optimizer, modality, strength);
        }
    }

    /// <inheritdoc />
    public override IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _start.Select(pair => KeyValuePair.Create($"start.{pair.Key}", pair.Value)).Append(KeyValuePair.Create("done", Tensor.From([(long)_done])));

    /// <inheritdoc />
    public override void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (var (name, tensor) in _start)
            if (state.TryGetValue($"start.{name}", out Tensor? saved)) tensor.CopyInPlace(saved);
        if (state.TryGetValue("done", out Tensor? done)) _done = (int)done.ToArray<long>()[0];
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        foreach (Tensor tensor in _start.Values) tensor.Dispose();
        base.Dispose(disposing);
    }

    /// <summary><c>θ ← α·θ_start + (1 − α)·θ</c> for every parameter of the encoder; buffers and momentum likewise where asked. What is frozen stays.</summary>
    internal void Reinitialise(MultimodalModel model, Optimizer optimizer, string modality, double strength)
    {
        if (strength == 0) return;
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        HashSet<string> frozen = [.. model.FrozenNames()];
        foreach (var (name, tensor) in Restored(model, modality).Where(pair => !frozen.Contains(pair.Name)))
        {
            tensor.MulInPlace(1 - strength);
            tensor.AddInPlace(_start[name], strength);
        }
        if (!resetMomentum) return;
        foreach (var (name, _) in model.EncoderParameters(modality))
            foreach (Tensor moment in optimizer.Moments(name)) moment.MulInPlace(1 - strength);
    }

    private IEnumerable<(string Name, Tensor Tensor)> Restored(MultimodalModel model, string modality) =>
        resetBuffers ? model.EncoderParameters(modality).Concat(model.EncoderStatistics(modality)) : model.EncoderParameters(modality);

    private double Diagnose(SplitFeatures split, string modality, int classes)
    {
        var (rows, labels) = split.Features[modality];
        if (rows.Length == 0) return 0;
        int[] clusters = KMeans.Assign(Purity.Scale(rows), classes, restarts, new SeededRandom(SeedStream.Derive(0, "k-means", _done)));
        return Purity.Of(clusters, labels);
    }
}
