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
/// <param name="batchSize">Samples at a time.</param>
public sealed class Evaluator(MultimodalModel model, MethodSet methods, IReadOnlyList<ModalityInput> inputs, int classes, int batchSize)
{
    /// <summary>Scores a split.</summary>
    /// <param name="split">A split with labels.</param>
    /// <param name="dropped">Modalities taken away from every sample.</param>
    public Scores Score(PackSplit split, IReadOnlyCollection<string>? dropped = null)
    {
        int[][] confusion = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        Dictionary<string, (int Correct, int Seen)> alone = model.Modalities.ToDictionary(name => name, _ => (0, 0));
        double loss = 0;
        foreach (BatchPrediction batch in Predict(split, dropped))
            for (int i = 0; i < batch.Indices.Length; i++)
            {
                int label = (int)split.Labels[batch.Indices[i]], guess = Largest(batch.Probabilities[i]);
                confusion[label][guess]++;
                loss -= Math.Log(Math.Max(batch.Probabilities[i][label], 1e-30));
                foreach (var (name, probabilities) in batch.Unimodal)
                    if (probabilities[i] is { } row) alone[name] = (alone[name].Correct + (Largest(row) == label ? 1 : 0), alone[name].Seen + 1);
            }
        int count = split.Count;
        return new Scores(count, loss / Math.Max(1, count), confusion, alone.ToDictionary(pair => pair.Key, pair => pair.Value.Seen > 0 ? pair.Value.Correct / (double)pair.Value.Seen : double.NaN), model.ScoredBy);
    }

    /// <summary>Predictions batch by batch, in the order of the split.</summary>
    public IEnumerable<BatchPrediction> Predict(PackSplit split, IReadOnlyCollection<string>? dropped = null)
    {
        Loader loader = new(split, inputs, batchSize, seed: 0, shuffle: false, augment: false);
        foreach (Batch batch in loader.Epoch(0))
            using (batch)
                yield return Predict(batch, dropped ?? []);
    }

    /// <summary>The features of a split, without augmentation.</summary>
    public SplitFeatures Features(PackSplit split)
    {
        Dictionary<string, (List<float[]> Rows, List<long> Labels)> features = model.Modalities.ToDictionary(name => name, _ => (new List<float[]>(), new List<long>()));
        Loader loader = new(split, inputs, batchSize, seed: 0, shuffle: false, augment: false);
        foreach (Batch batch in loader.Epoch(0))
            using (batch) Collect(split, batch, features);
        return new SplitFeatures(features.ToDictionary(pair => pair.Key, pair => (pair.Value.Rows.ToArray(), pair.Value.Labels.ToArray())));
    }

    private void Collect(PackSplit split, Batch batch, Dictionary<string, (List<float[]> Rows, List<long> Labels)> features)
    {
        using TensorScope scope = TensorScope.Begin();
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

    private BatchPrediction Predict(Batch batch, IReadOnlyCollection<string> dropped)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        using EvaluationMode mode = new(model);
        ModelInput input = batch.ToInput().Without(dropped);
        ForwardResult forward = model.Forward(input);
        Prediction prediction = methods.Predict(model, forward);
        Dictionary<string, float[]?[]> unimodal = model.Modalities.ToDictionary(name => name, name => Present(Rows(model.UnimodalLogits(forward.Features, name).Softmax(1)), forward.Features.Present(name)));
        Dictionary<string, float[]>? weights = prediction.Weights?.ToDictionary(pair => pair.Key, pair => pair.Value.Contiguous().ToArray<float>());
        return new BatchPrediction(batch.Indices, Rows(prediction.Logits.Softmax(1)), unimodal, weights);
    }

    private static float[]?[] Present(float[][] rows, bool[]? present) => [.. rows.Select((row, i) => present is null || present[i] ? row : null)];

    private static float[][] Rows(Tensor tensor) => [.. tensor.ToArray<float>().Chunk((int)tensor.Shape[1])];

    private static int Largest(float[] values) => Array.IndexOf(values, values.Max());

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
