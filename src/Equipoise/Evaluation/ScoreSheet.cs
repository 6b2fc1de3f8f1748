namespace Equipoise.Evaluation;

/// <summary>Takes predictions batch by batch and adds them up to scores.</summary>
internal sealed class ScoreSheet(int classes, IReadOnlyList<string> modalities)
{
    private readonly List<float[]> _probabilities = [];
    private readonly List<int> _labels = [];
    private readonly int[][] _fused = Square(classes);
    private readonly Dictionary<string, int[][]> _alone = modalities.ToDictionary(name => name, _ => Square(classes));
    private double _loss;

    internal void Add(BatchPrediction batch, long[] labels)
    {
        for (int i = 0; i < batch.Indices.Length; i++)
        {
            int label = (int)labels[batch.Indices[i]];
            float[] fused = batch.Probabilities[i];
            _probabilities.Add(fused);
            _labels.Add(label);
            _fused[label][Largest(fused)]++;
            _loss -= Math.Log(Math.Max(fused[label], 1e-30));
            foreach (var (name, rows) in batch.Unimodal)
                if (rows[i] is { } row) _alone[name][label][Largest(row)]++;
        }
    }

    internal Scores Total(string scoredBy) => new(
        _labels.Count,
        _loss / Math.Max(1, _labels.Count),
        new ConfusionMatrix(_fused),
        AveragePrecision.PerClass(_probabilities, _labels, classes),
        Calibration.Error(_probabilities, _labels),
        _alone.ToDictionary(pair => pair.Key, pair => new ConfusionMatrix(pair.Value)),
        scoredBy);

    private static int Largest(float[] values) => Array.IndexOf(values, values.Max());

    private static int[][] Square(int size) => [.. Enumerable.Range(0, size).Select(_ => new int[size])];
}
