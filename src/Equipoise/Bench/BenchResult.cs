using System.Text;
using System.Text.Json.Nodes;
using Equipoise.Evaluation;

namespace Equipoise.Bench;

/// <summary>What a bench found.</summary>
/// <param name="Grid">What was run.</param>
/// <param name="Metrics">The <c>metrics.json</c> of every finished run, with <c>probes</c> where the grid wants them.</param>
/// <param name="Failures">What failed, a line each.</param>
public sealed record BenchResult(BenchGrid Grid, IReadOnlyDictionary<BenchCell, JsonNode> Metrics, IReadOnlyList<string> Failures)
{
    /// <summary>One table per pack: mean ± standard deviation over seeds, of test accuracy and of each modality alone.</summary>
    public string ToMarkdown() => string.Join('\n', Grid.Packs.Select(Table));

    /// <summary>The same as JSON, with the metrics of every run.</summary>
    public JsonObject ToJson() => new()
    {
        ["format"] = "equipoise-bench/1",
        ["title"] = Grid.Title,
        ["seeds"] = new JsonArray([.. Grid.Seeds.Select(seed => (JsonNode)seed)]),
        ["choice"] = Grid.Choice is { } choice ? new JsonObject { ["key"] = choice.Key, ["from"] = new JsonArray([.. choice.From.Select(value => (JsonNode)value)]), ["common"] = choice.Common } : null,
        ["packs"] = new JsonArray([.. Grid.Packs.Select(pack => (JsonNode)new JsonObject
        {
            ["name"] = pack.Name,
            ["rows"] = new JsonArray([.. pack.Rows.Select(row => (JsonNode)RowJson(pack, row))]),
        })]),
        ["failures"] = new JsonArray([.. Failures.Select(line => (JsonNode)line)]),
    };

    /// <summary>The finished runs of a row, by seed; with a setting to choose, those of one value.</summary>
    public IReadOnlyList<JsonNode> Runs(BenchPack pack, BenchRow row, string? value) =>
        [.. Grid.Cells.Where(cell => cell.Pack == pack && cell.Row == row && cell.Chosen?.Value == value && Metrics.ContainsKey(cell)).Select(cell => Metrics[cell])];

    /// <summary>The value with the best mean on val, by the metric that the runs were selected by; the first of equals. Null where nothing is to be chosen.</summary>
    public string? Choose(BenchPack pack, BenchRow row) => Grid.Choice?.From
        .Select(value => (value, Score: OnVal(Runs(pack, row, value))))
        .Where(pair => !double.IsNaN(pair.Score))
        .OrderByDescending(pair => pair.Score)
        .Select(pair => pair.value)
        .FirstOrDefault();

    private static double OnVal(IReadOnlyList<JsonNode> runs) => runs.Count == 0
        ? double.NaN
        : runs.Average(run => run["selected_by"]!.GetValue<string>() is var metric && metric == "loss" ? -run["val"]!["loss"]!.GetValue<double>() : run["val"]![metric]!.GetValue<double>());

    private string Table(BenchPack pack)
    {
        string[] modalities = Names(pack, "test", "modalities"), probes = Names(pack, "probes", "accuracy");
        StringBuilder text = new();
        string[] columns =
        [
            pack.Name, "seeds", .. Grid.Choice is { } choice ? new[] { $"test at {choice.ShortKey} {choice.Common}", $"chosen {choice.ShortKey}", "test at chosen" } : ["test accuracy"],
            "macro F1", .. modalities, .. probes.Select(name => $"{name} probed"),
        ];
        text.Append($"| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(_ => "---|"))}\n");
        foreach (BenchRow row in pack.Rows) text.Append($"| {string.Join(" | ", Line(pack, row, modalities, probes))} |\n");
        return text.ToString();
    }

    private IEnumerable<string> Line(BenchPack pack, BenchRow row, string[] modalities, string[] probes)
    {
        string? chosen = Choose(pack, row);
        IReadOnlyList<JsonNode> runs = Runs(pack, row, chosen);
        yield return row.Name;
        yield return $"{runs.Count}";
        if (Grid.Choice is { } choice)
        {
            yield return $"{Spread.Of(Runs(pack, row, choice.Common).Select(run => run["test"]!["accuracy"]))}";
            yield return chosen ?? "–";
        }
        yield return $"{Spread.Of(runs.Select(run => run["test"]!["accuracy"]))}";
        yield return $"{Spread.Of(runs.Select(run => run["test"]!["macro_f1"]))}";
        foreach (string modality in modalities) yield return $"{Spread.Of(runs.Select(run => run["test"]!["modalities"]![modality]?["accuracy"]))}";
        foreach (string modality in probes) yield return $"{Spread.Of(runs.Select(run => run["probes"]?["accuracy"]?[modality]))}";
    }

    private JsonObject RowJson(BenchPack pack, BenchRow row)
    {
        JsonObject json = new() { ["name"] = row.Name, ["method"] = row.Method };
        if (Choose(pack, row) is { } chosen) json["chosen"] = chosen;
        json["runs"] = new JsonArray([.. Grid.Cells.Where(cell => cell.Pack == pack && cell.Row == row && Metrics.ContainsKey(cell)).Select(cell =>
        {
            JsonNode run = Metrics[cell].DeepClone();
            run["run"] = $"runs/{cell.Folder}";
            if (cell.Chosen is { } value) run[Grid.Choice!.ShortKey] = value.Value;
            return run;
        })]);
        return json;
    }

    private string[] Names(BenchPack pack, string block, string part) =>
        [.. Metrics.Where(pair => pair.Key.Pack == pack).SelectMany(pair => pair.Value[block]?[part]?.AsObject() ?? []).Select(pair => pair.Key).Distinct().Order(StringComparer.Ordinal)];
}
