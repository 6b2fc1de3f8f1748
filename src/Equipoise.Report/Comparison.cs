using System.Text.Json;
using Equipoise.Report.Log;

namespace Equipoise.Report;

/// <summary>One row of a comparison.</summary>
/// <param name="Name">What the row is called.</param>
/// <param name="Run">The run's folder, relative to the comparison; null where the row has none.</param>
/// <param name="Method">The method; <c>unimodal</c> marks a reference.</param>
/// <param name="Accuracy">Test accuracy, 0 to 1; NaN where missing.</param>
/// <param name="MacroF1">Mean F1 on test, 0 to 1; NaN where missing.</param>
/// <param name="Modalities">Test accuracy of each modality alone inside this model.</param>
/// <param name="Probes">Test accuracy of a fresh linear probe on frozen features, by modality.</param>
/// <param name="Seconds">How long the training took; NaN where missing.</param>
public sealed record ComparisonRow(
    string Name,
    string? Run,
    string Method,
    double Accuracy,
    double MacroF1,
    IReadOnlyDictionary<string, double> Modalities,
    IReadOnlyDictionary<string, double> Probes,
    double Seconds)
{
    /// <summary>Whether this is one modality trained alone, against which the others are measured.</summary>
    public bool IsReference => Method == "unimodal";
}

/// <summary>Several runs side by side.</summary>
/// <param name="Title">What is compared.</param>
/// <param name="Sentence">One honest sentence on what it shows.</param>
/// <param name="Rows">The rows, in order.</param>
/// <param name="Details">The whole file.</param>
public sealed record Comparison(string Title, string Sentence, IReadOnlyList<ComparisonRow> Rows, JsonElement Details)
{
    /// <summary>The name of the file inside a comparison's folder.</summary>
    public const string FileName = "comparison.json";

    /// <summary>Reads a folder's <c>comparison.json</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ReportException">The file cannot be read or is malformed.</exception>
    public static Comparison Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string text = ReportFile.ReadText(path, 1L << 26);
        try
        {
            using var document = JsonDocument.Parse(text);
            return From(Fields.Checked(document.RootElement.Clone()));
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            string what = problem is JsonException { LineNumber: { } line } ? $"not JSON at line {line + 1}" : problem.Message;
            throw new ReportException($"{path}: {what}; write the comparison again", problem);
        }
    }

    private static Comparison From(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("not a JSON object");
        if (json.Text("format") is not (null or "equipoise-comparison/1"))
            throw new FormatException($"format '{json.Text("format")}' is not known (want equipoise-comparison/1)");
        return new(json.Text("title") ?? "Comparison", json.Text("sentence") ?? "",
            [.. json.Items("rows").Select(Row)], json);
    }

    private static ComparisonRow Row(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object) throw new FormatException("'rows' should be a list of objects");
        string method = json.Text("method") ?? "";
        return new(json.Text("name") ?? method, SafeRun(json.Text("run")), method, json.Number("accuracy"),
            json.Number("macro_f1"), json.Numbers("modalities"), json.Numbers("probes"), json.Number("seconds"));
    }

    private static string? SafeRun(string? run)
    {
        if (run is null) return null;
        bool leaves = Path.IsPathRooted(run) || run.Split('/', '\\').Contains("..") || run.Contains('\0');
        return leaves ? throw new FormatException("'run' should be a folder below the comparison") : run;
    }
}
