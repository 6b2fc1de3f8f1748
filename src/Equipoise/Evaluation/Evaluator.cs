using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Evaluation;

/// <summary>Runs a model over a split without learning: scores, predictions, features.</summary>
/// <param name="model">The model.</param>
/// <param name="methods">The methods, one of which may decide how scores are fused.</param>
/// <param name="inputs">How arrays become inputs.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="batchSize">Samples at a time; 128 by default.</param>
/// <param name="device">Where the model lies; on the processor by default.</param>
public sealed class Evaluator(MultimodalModel model, MethodSet methods, IReadOnlyList<ModalityInput> inputs, int classes, int batchSize = 128, Device device = default)
{
    /// <summary>Absences of one pass: each holds the probabilities of the whole split.</summary>
    private const int AbsencesAtOnce = 32;

    /// <summary>Scores a split.</summary>
    /// <param name="split">A split with labels.</param>
    /// <param name="dropped">Modalities taken away from every sample.</param>
    public Scores Score(PackSplit split, IReadOnlyCollection<string>? dropped = null) => Score(split, [Absence.Of(dropped ?? [])])[0];

    /// <summary>Scores a split under several absences, with one pass through the encoders for every 32.</summary>
    /// <param name="split">A split with labels.</param>
    /// <param name="absences">What is taken away each time.</param>
    /// <returns>One result per absence, in their order.</returns>
    public IReadOnlyList<Scores> Score(PackSplit split, IReadOnlyList<Absence> absences) =>
        [.. absences.Chunk(AbsencesAtOnce).SelectMany(some => ScoreAtOnce(split, some))];

    /// <summary>Predictions batch by batch, in the order of the split.</summary>
    public IEnumerable<BatchPrediction> Predict(PackSplit split, IReadOnlyCollection<string>? dropped = null)
    {
        Absence[] absence = [Absence.Of(dropped ?? [])];
        foreach (Batch batch in Batches(split))
            using (batch)
                yield return Predict(batch, absence)[0];
    }

    /// <summary>The features of a split, without augmentation.</summary>
    public SplitFeatures Features(PackSplit split)
    {
        Dictionary<string, (List<float[]> Rows, List<long> Labels)> features = model.Modalities.ToDictionary(name => name, _ => (new List<float[]>(), new List<long>()));
        foreach (Batch batch in Batches(split))
            using (batch) Collect(split, batch, features);
        return new SplitFeatures(features.ToDictionary(pair => pair.Key, pair => (pair.Value.Rows.ToArray(), pair.Value.Labels.ToArray())));
    }

    private IEnumerable<Batch> Batches(PackSplit split) => new Loader(split, inputs, new LoaderOptions { BatchSize = batchSize, Pinned = device.IsCuda }).Epoch(0);

    private IEnumerable<Scores> ScoreAtOnce(PackSplit split, Absence[] absences)
    {
        ScoreSheet[] sheets = [.. absences.Select(_ => new ScoreSheet(classes, model.Modalities))];
        foreach (Batch batch in Batches(split))
            using (batch)
                foreach (var (sheet, prediction) in sheets.Zip(Predict(batch, absences))) sheet.Add(prediction, split.Labels);
        return sheets.Select(sheet => sheet.Total(model.ScoredBy));
    }

    private void Collect(PackSplit split, Batch batch, Dictionary<string, (List<float[]> Rows, List<long> Labels)> features)
    {
        using TensorScope scope = TensorScope.Begin();
        using DeviceScope there = DeviceScope.Begin(device);
        using GradMode off = GradMode.Off();
        using EvaluationMode mode = new(model);
        FeatureSet set = model.Forward(batch.ToInput()).Features;
        foreach (string modality in model.Modalities)
        {
            float[][] rows = Rows(set[modality]);
            for (int i = 0; i < rows.Length; i++)
            {
                if (set.Present(modality) is { } present && !present[i]) continue;
                features[modality].Rows.Add(rows[i]);
                features[modality].Labels.Add(split.Labels[batch.Indices[i]]);
            }
        }
    }

    private BatchPrediction[] Predict(Batch batch, IReadOnlyList<Absence> absences)
    {
        using TensorScope scope = TensorScope.Begin();
        using DeviceScope there = DeviceScope.Begin(device);
        using GradMode off = GradMode.Off();
        using EvaluationMode mode = new(model);
        ForwardResult whole = model.Forward(batch.ToInput());
        Dictionary<string, Tensor> blanks = [];
        Tensor Blank(string name) => blanks.TryGetValue(name, out Tensor? known) ? known
            : blanks[name] = model.Encode(name, Tensor.Zeros(batch.Inputs[name].Type, [1, .. batch.Inputs[name].Shape[1..]]));
        return [.. absences.Select(absence => Ask(batch.Indices, absence.IsNone ? whole : FuseAgain(absence.Apply(whole.Features, batch.Indices, Blank))))];
    }

    private ForwardResult FuseAgain(FeatureSet features) => new(features, model.Fusion.Fuse(features));

    private BatchPrediction Ask(int[] indices, ForwardResult forward)
    {
        Prediction prediction = methods.Predict(model, forward);
        Dictionary<string, float[]?[]> unimodal = model.Modalities.ToDictionary(name => name, name => Present(Rows(model.UnimodalLogits(forward.Features, name).Softmax(1)), forward.Features.Present(name)));
        Dictionary<string, float[]>? weights = prediction.Weights?.ToDictionary(pair => pair.Key, pair => pair.Value.Contiguous().ToArray<float>());
        return new BatchPrediction(indices, Rows(prediction.Logits.Softmax(1)), unimodal, weights);
    }

    private static float[]?[] Present(float[][] rows, bool[]? present) => [.. rows.Select((row, i) => present is null || present[i] ? row : null)];

    private static float[][] Rows(Tensor tensor) => [.. tensor.ToArray<float>().Chunk((int)tensor.Shape[1])];

    /// <summary>Evaluation mode for a while; training mode again afterwards where it was on.</summary>
    private readonly ref struct EvaluationMode
    {
        private readonly MultimodalModel _model;
        private readonly bool _was;

        internal EvaluationMode(MultimodalModel model)
        {
            _model = model;
            _was = model.Training;
            model.Train(false);
        }

        public void Dispose() => _model.Train(_was);
    }
}

/// <summary>What a model says of some samples.</summary>
/// <param name="Indices">Their positions in the split.</param>
/// <param name="Probabilities">Fused class probabilities of each.</param>
/// <param name="Unimodal">Class probabilities by each modality alone; null for samples without it.</param>
/// <param name="Weights">Each modality's share, where the fusion weighs.</param>
public sealed record BatchPrediction(
    int[] Indices, float[][] Probabilities, IReadOnlyDictionary<string, float[]?[]> Unimodal, IReadOnlyDictionary<string, float[]>? Weights);
