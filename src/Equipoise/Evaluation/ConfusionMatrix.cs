using System.Text.Json.Nodes;

namespace Equipoise.Evaluation;

/// <summary>How often samples of each class were taken for each class, and the scores that follow from it.</summary>
/// <param name="Counts">Row: true class; column: predicted class.</param>
public sealed record ConfusionMatrix(IReadOnlyList<IReadOnlyList<int>> Counts)
{
    /// <summary>All samples.</summary>
    public int Total { get; } = Counts.Sum(row => row.Sum());

    /// <summary>The share of correct predictions, 0 to 1; NaN without samples.</summary>
    public double Accuracy => Total == 0 ? double.NaN : Counts.Select((row, c) => row[c]).Sum() / (double)Total;

    /// <summary>The mean F1 over all classes; one without samples and predictions counts 0. NaN without samples.</summary>
    public double MacroF1 => Total == 0 ? double.NaN : Enumerable.Range(0, Counts.Count).Average(c => Of(c).F1);

    /// <summary>The mean F1 over the classes, each weighted by its number of samples; NaN without samples.</summary>
    public double WeightedF1 => Total == 0 ? double.NaN : Enumerable.Range(0, Counts.Count).Sum(c => Of(c).F1 * Counts[c].Sum()) / Total;

    /// <summary>As JSON: a row per true class.</summary>
    public JsonArray ToJson() => new([.. Counts.Select(row => (JsonNode)new JsonArray([.. row.Select(count => (JsonNode)count)]))]);

    /// <summary>Precision, recall and F1 of a class; each 0 where it is undefined.</summary>
    public (double Precision, double Recall, double F1) Of(int c)
    {
        double correct = Counts[c][c], truth = Counts[c].Sum(), predicted = Counts.Sum(row => row[c]);
        double precision = predicted > 0 ? correct / predicted : 0, recall = truth > 0 ? correct / truth : 0;
        return (precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
    }
}
