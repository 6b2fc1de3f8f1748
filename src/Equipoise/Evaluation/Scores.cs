using System.Text.Json.Nodes;

namespace Equipoise.Evaluation;

/// <summary>How well a model does on a split.</summary>
/// <param name="Count">Samples with a label.</param>
/// <param name="Loss">Mean cross-entropy of the fused logits.</param>
/// <param name="Confusion">Row: true class; column: predicted class.</param>
/// <param name="Modalities">Accuracy of each modality alone, over the samples that have it; NaN where none has.</param>
/// <param name="ScoredBy">Where unimodal scores come from.</param>
public sealed record Scores(int Count, double Loss, int[][] Confusion, IReadOnlyDictionary<string, double> Modalities, string ScoredBy)
{
    /// <summary>The share of correct predictions.</summary>
    public double Accuracy { get; } = Count == 0 ? 0 : Confusion.Select((row, c) => row[c]).Sum() / (double)Count;

    /// <summary>The mean F1 over all classes of the pack; a class without samples and predictions counts 0.</summary>
    public double MacroF1 { get; } = Enumerable.Range(0, Confusion.Length).Average(c => F1(Confusion, c).F1);

    /// <summary>The value that a run is selected by; larger is better.</summary>
    public double By(string metric) => metric switch
    {
        "loss" => -Loss,
        "macro_f1" => MacroF1,
        _ => Accuracy,
    };

    /// <summary>The block of <c>metrics.json</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["n"] = Count,
        ["loss"] = Finite(Loss),
        ["accuracy"] = Accuracy,
        ["macro_f1"] = MacroF1,
        ["modalities"] = new JsonObject(Modalities.Select(pair => KeyValuePair.Create(
            pair.Key, (JsonNode?)new JsonObject { ["accuracy"] = Finite(pair.Value), ["scored_by"] = ScoredBy }))),
    };

    /// <summary>The same with the confusion matrix and the figures of each class.</summary>
    public JsonObject ToDetailedJson(IReadOnlyList<string> classes)
    {
        JsonObject json = ToJson();
        json["confusion"] = new JsonArray([.. Confusion.Select(row => (JsonNode)new JsonArray([.. row.Select(count => (JsonNode)count)]))]);
        json["per_class"] = new JsonArray([.. classes.Select((name, c) => (JsonNode)PerClass(name, c))]);
        return json;
    }

    private JsonObject PerClass(string name, int c)
    {
        var (precision, recall, f1) = F1(Confusion, c);
        return new JsonObject { ["class"] = name, ["n"] = Confusion[c].Sum(), ["precision"] = precision, ["recall"] = recall, ["f1"] = f1 };
    }

    private static (double Precision, double Recall, double F1) F1(int[][] confusion, int c)
    {
        double correct = confusion[c][c], truth = confusion[c].Sum(), predicted = confusion.Sum(row => row[c]);
        double precision = predicted > 0 ? correct / predicted : 0, recall = truth > 0 ? correct / truth : 0;
        return (precision, recall, precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
    }

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;
}
