using System.Text.Json.Nodes;

namespace Equipoise.Evaluation;

/// <summary>How well a model does on a split.</summary>
/// <param name="Count">Samples with a label.</param>
/// <param name="Loss">Mean cross-entropy of the fused logits.</param>
/// <param name="Confusion">What the fused predictions took for what.</param>
/// <param name="AveragePrecisions">For each class how well its probability ranks its samples; NaN for a class without samples. See <see cref="AveragePrecision"/>.</param>
/// <param name="CalibrationError">See <see cref="Calibration.Error"/>; NaN without samples.</param>
/// <param name="Modalities">What each modality alone took for what, over the samples that have it.</param>
/// <param name="ScoredBy">Where unimodal scores come from.</param>
public sealed record Scores(
    int Count,
    double Loss,
    ConfusionMatrix Confusion,
    IReadOnlyList<double> AveragePrecisions,
    double CalibrationError,
    IReadOnlyDictionary<string, ConfusionMatrix> Modalities,
    string ScoredBy)
{
    /// <summary>The share of correct predictions; 0 without samples.</summary>
    public double Accuracy => Count == 0 ? 0 : Confusion.Accuracy;

    /// <summary>The mean F1 over all classes of the pack; 0 without samples.</summary>
    public double MacroF1 => Count == 0 ? 0 : Confusion.MacroF1;

    /// <summary>The mean average precision over the classes that have samples; NaN without samples.</summary>
    public double MeanAveragePrecision => AveragePrecisions.Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

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
        ["weighted_f1"] = Finite(Confusion.WeightedF1),
        ["mean_average_precision"] = Finite(MeanAveragePrecision),
        ["ece"] = Finite(CalibrationError),
        ["modalities"] = new JsonObject(Modalities.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Alone(pair.Value)))),
    };

    /// <summary>The same with confusion matrices and the figures of each class, fused and by each modality alone.</summary>
    public JsonObject ToDetailedJson(IReadOnlyList<string> classes)
    {
        JsonObject json = ToJson();
        json["confusion"] = Confusion.ToJson();
        json["per_class"] = PerClass(Confusion, classes, AveragePrecisions);
        foreach (var (name, alone) in Modalities)
        {
            json["modalities"]![name]!["confusion"] = alone.ToJson();
            json["modalities"]![name]!["per_class"] = PerClass(alone, classes, null);
        }
        return json;
    }

    internal static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;

    private JsonObject Alone(ConfusionMatrix confusion) => new()
    {
        ["n"] = confusion.Total,
        ["accuracy"] = Finite(confusion.Accuracy),
        ["macro_f1"] = Finite(confusion.MacroF1),
        ["weighted_f1"] = Finite(confusion.WeightedF1),
        ["scored_by"] = ScoredBy,
    };

    private static JsonArray PerClass(ConfusionMatrix confusion, IReadOnlyList<string> classes, IReadOnlyList<double>? averagePrecisions) => new([.. classes.Select((name, c) =>
    {
        var (precision, recall, f1) = confusion.Of(c);
        JsonObject json = new() { ["class"] = name, ["n"] = confusion.Counts[c].Sum(), ["precision"] = precision, ["recall"] = recall, ["f1"] = f1 };
        if (averagePrecisions is not null) json["average_precision"] = Finite(averagePrecisions[c]);
        return (JsonNode)json;
    })]);
}
