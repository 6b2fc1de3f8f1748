using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Bench;
using Equipoise.Evaluation;
using Equipoise.Formats;

namespace Equipoise.Cli.Demo;

/// <summary>The demo's runs side by side, and one honest sentence on what they show.</summary>
internal sealed class DemoComparison
{
    private readonly List<DemoRow> _rows;

    private DemoComparison(List<DemoRow> rows)
    {
        _rows = rows;
        Sentence = Describe();
    }

    /// <summary>What the table shows.</summary>
    internal string Sentence { get; }

    /// <summary>The rows in their order.</summary>
    internal IReadOnlyList<DemoRow> Rows => _rows;

    /// <summary>Reads the finished runs and probes the frozen encoders of the multimodal ones.</summary>
    internal static DemoComparison Read(BenchGrid grid, string folder)
    {
        List<DemoRow> rows = [];
        foreach (BenchCell cell in grid.Cells)
        {
            BenchRow row = cell.Row;
            string name = cell.Folder, run = Path.Combine(folder, "runs", name);
            JsonNode test = JsonNode.Parse(File.ReadAllText(Path.Combine(run, "metrics.json")))!["test"]!;
            Dictionary<string, double> modalities = test["modalities"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!["accuracy"]!.GetValue<double>());
            IReadOnlyDictionary<string, double> probes = row.Method == "unimodal" ? new Dictionary<string, double>() : ModalityProbes.OfRun(run, "test", TimeProvider.System).Accuracy;
            rows.Add(new DemoRow(row.Name, $"runs/{name}", row.Method, test["accuracy"]!.GetValue<double>(), test["macro_f1"]!.GetValue<double>(), modalities, probes, Seconds(run)));
        }
        return new DemoComparison(rows);
    }

    /// <summary>Writes <c>comparison.json</c>.</summary>
    internal void Write(string folder)
    {
        JsonObject json = new()
        {
            ["format"] = "equipoise-comparison/1",
            ["title"] = "Talking digits",
            ["sentence"] = Sentence,
            ["rows"] = new JsonArray([.. _rows.Select(row => (JsonNode)new JsonObject
            {
                ["name"] = row.Name,
                ["run"] = row.Run,
                ["method"] = row.Method,
                ["accuracy"] = row.Accuracy,
                ["macro_f1"] = row.MacroF1,
                ["modalities"] = Numbers(row.Modalities),
                ["probes"] = Numbers(row.Probes),
                ["seconds"] = row.Seconds,
            })]),
        };
        AtomicFile.WriteAllText(Path.Combine(folder, "comparison.json"), json.ToJsonString() + "\n");
    }

    private static double Seconds(string run) => File.ReadLines(Path.Combine(run, "log.jsonl"))
        .Where(line => line.StartsWith("{\"event\":\"end\"", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line)!["seconds"]!.GetValue<double>()).LastOrDefault();

    private static JsonObject Numbers(IReadOnlyDictionary<string, double> numbers) => new(numbers.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private string Describe()
    {
        DemoRow joint = _rows.First(row => row.Method == "joint");
        var (slow, alone) = _rows.Where(row => row.Method == "unimodal").Select(row => (row.Modalities.First().Key, row.Accuracy)).MaxBy(pair => pair.Accuracy - joint.Modalities[pair.Key]);
        DemoRow[] better = [.. _rows.Where(row => row.Method is not ("joint" or "unimodal") && row.Accuracy > joint.Accuracy && row.Modalities[slow] > joint.Modalities[slow]).OrderByDescending(row => row.Accuracy)];
        string left = string.Create(
            CultureInfo.InvariantCulture,
            $"Trained jointly, {slow} gives {joint.Modalities[slow]:p0} by itself ({joint.Probes[slow]:p0} by a fresh probe on its frozen features) where {alone:p0} were reached alone");
        string lift = better.Length == 0
            ? "no method here lifted both it and the joint accuracy on test"
            : string.Create(CultureInfo.InvariantCulture, $"{better[0].Name} lifts it to {better[0].Modalities[slow]:p0} and the joint test accuracy from {joint.Accuracy:p0} to {better[0].Accuracy:p0}{Others(better)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{left}; {lift}. All runs share one learning rate ({DemoPlan.LearningRate}) and one seed: a joint model with a tuned step closes part of the gap.");
    }

    private static string Others(DemoRow[] better) => better.Length > 1 ? $" (so {(better.Length > 2 ? "do" : "does")} {string.Join(", ", better[1..].Select(row => row.Name))}, by less)" : "";
}

/// <summary>One run of the demo.</summary>
internal sealed record DemoRow(
    string Name, string Run, string Method, double Accuracy, double MacroF1, IReadOnlyDictionary<string, double> Modalities, IReadOnlyDictionary<string, double> Probes, double Seconds);
