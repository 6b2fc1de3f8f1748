using System.Text.Json;
using Equipoise.Report.Log;

namespace Equipoise.Report;

/// <summary>How one modality alone does inside a model.</summary>
/// <param name="Accuracy">Share of samples classified rightly, 0 to 1; NaN where unknown.</param>
/// <param name="ScoredBy">What scored it (<c>head</c>, <c>shared</c>, <c>late</c>, <c>attribution</c>); null where the log is silent.</param>
public sealed record ModalityScore(double Accuracy, string? ScoredBy);

/// <summary>Precision, recall and F1 of one class, each 0 to 1 or NaN.</summary>
/// <param name="Name">The class.</param>
/// <param name="Count">Its number of samples; null where unknown.</param>
/// <param name="Precision">Share of predictions of this class that are right.</param>
/// <param name="Recall">Share of samples of this class that are found.</param>
/// <param name="F1">Harmonic mean of both.</param>
public sealed record ClassScore(string Name, long? Count, double Precision, double Recall, double F1);

/// <summary>The scores of a model on one split.</summary>
/// <param name="Count">Number of samples; null where unknown.</param>
/// <param name="Loss">Mean cross-entropy; NaN where unknown.</param>
/// <param name="Accuracy">Share of samples classified rightly with all modalities, 0 to 1; NaN where unknown.</param>
/// <param name="MacroF1">Mean F1 over the classes, 0 to 1; NaN where unknown.</param>
/// <param name="Modalities">Each modality alone, by name.</param>
/// <param name="Confusion">Counts, a row per true class and a column per predicted one; empty where unknown.</param>
/// <param name="Classes">The scores per class; empty where unknown.</param>
public sealed record Scores(
    long? Count,
    double Loss,
    double Accuracy,
    double MacroF1,
    IReadOnlyDictionary<string, ModalityScore> Modalities,
    IReadOnlyList<IReadOnlyList<double>> Confusion,
    IReadOnlyList<ClassScore> Classes)
{
    internal static Scores From(JsonElement json) => new(
        json.Whole("n"),
        json.Number("loss"),
        json.Number("accuracy"),
        json.Number("macro_f1"),
        json.Table("modalities", (value, name) => value.ValueKind == JsonValueKind.Object
            ? new ModalityScore(value.Number("accuracy"), value.Text("scored_by"))
            : new ModalityScore(Fields.AsNumber(value, name), null)),
        Matrix(json),
        [.. json.Items("per_class").Select(row => new ClassScore(
            row.Text("class") ?? "",
            row.Whole("n"),
            row.Number("precision"),
            row.Number("recall"),
            row.Number("f1")))]);

    private static IReadOnlyList<IReadOnlyList<double>> Matrix(JsonElement json)
    {
        var rows = json.Items("confusion");
        if (rows.Any(row => row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != rows.Count))
            throw new FormatException("'confusion' should be a square list of lists");
        return [.. rows.Select(row => (double[])[.. row.EnumerateArray().Select(x => Fields.AsNumber(x, "confusion"))])];
    }
}
