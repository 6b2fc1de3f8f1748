using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Bench;

/// <summary>Runs a grid: what is finished is skipped, what was interrupted goes on, what fails is told at the end.</summary>
public static class BenchRunner
{
    /// <summary>Runs a grid into a folder with one run per row and seed.</summary>
    public static BenchResult Run(
        BenchGrid grid, string folder, Func<string, ITrainingObserver> observe, Action<string> say, TimeProvider clock, CancellationToken cancellation)
    {
        Dictionary<string, List<JsonNode>> metrics = grid.Rows.ToDictionary(row => row.Name, _ => new List<JsonNode>());
        List<string> failures = [];
        foreach (int seed in grid.Seeds)
            foreach (BenchRow row in grid.Rows)
            {
                string run = Path.Combine(folder, "runs", grid.RunName(row, seed));
                try
                {
                    if (Finished(run) is null) Train(grid, row, seed, run, observe($"{row.Name}, seed {seed}"), clock, cancellation);
                    JsonNode done = Finished(run)!;
                    metrics[row.Name].Add(done);
                    say(string.Create(CultureInfo.InvariantCulture, $"{row.Name}, seed {seed}: test {done["test"]!["accuracy"]!.GetValue<double>():0.000}"));
                }
                catch (Exception error) when (error is DivergedException or ProblemException or InvalidFileException or IOException)
                {
                    failures.Add($"{row.Name}, seed {seed}: {error.Message.ReplaceLineEndings(" ")}");
                }
            }
        return new BenchResult(grid, metrics, failures);
    }

    private static JsonNode? Finished(string run)
    {
        string path = Path.Combine(run, "metrics.json");
        JsonNode? metrics = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : null;
        return metrics?["test"] is null ? null : metrics;
    }

    private static void Train(BenchGrid grid, BenchRow row, int seed, string run, ITrainingObserver observer, TimeProvider clock, CancellationToken cancellation)
    {
        bool resume = File.Exists(Path.Combine(run, "config.yaml"));
        RunConfigReader reader = resume
            ? new RunConfigReader(Path.Combine(run, "config.yaml"))
            : new RunConfigReader(grid.Config).Override(grid.Data, row.Method, [.. row.Settings, ("train.seed", seed.ToString(CultureInfo.InvariantCulture))]);
        var (config, pack) = reader.Resolve();
        using (config)
        using (pack)
        using (RunFolder folder = resume ? RunFolder.Open(run) : RunFolder.Begin(run, force: false))
        using (Trainer trainer = new(config, pack, folder, observer, clock))
            _ = resume ? trainer.Resume(cancellation) : trainer.Run(cancellation);
    }
}

/// <summary>The table of a bench.</summary>
/// <param name="Grid">What was run.</param>
/// <param name="Metrics">For each row the <c>metrics.json</c> of every finished seed.</param>
/// <param name="Failures">What failed, a line each.</param>
public sealed record BenchResult(BenchGrid Grid, IReadOnlyDictionary<string, List<JsonNode>> Metrics, IReadOnlyList<string> Failures)
{
    /// <summary>Mean ± standard deviation over seeds, of test accuracy and of each modality alone.</summary>
    public string ToMarkdown()
    {
        string[] modalities = Modalities();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"| {Grid.Title} | seeds | test accuracy | macro F1 |{string.Concat(modalities.Select(name => $" {name} |"))}\n");
        text.Append($"|---|---|---|---|{string.Concat(modalities.Select(_ => "---|"))}\n");
        foreach (var (name, runs) in Metrics)
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {runs.Count} | {Spread(runs, test => test["accuracy"])} | {Spread(runs, test => test["macro_f1"])} |{string.Concat(modalities.Select(modality => $" {Spread(runs, test => test["modalities"]![modality]?["accuracy"])} |"))}\n");
        return text.ToString();
    }

    /// <summary>The same as JSON, with the value of every seed.</summary>
    public JsonObject ToJson() => new()
    {
        ["title"] = Grid.Title,
        ["seeds"] = new JsonArray([.. Grid.Seeds.Select(seed => (JsonNode)seed)]),
        ["rows"] = new JsonArray([.. Metrics.Select(pair => (JsonNode)new JsonObject { ["name"] = pair.Key, ["runs"] = new JsonArray([.. pair.Value.Select(run => run.DeepClone())]) })]),
        ["failures"] = new JsonArray([.. Failures.Select(line => (JsonNode)line)]),
    };

    private string[] Modalities() => [.. Metrics.Values.SelectMany(runs => runs).SelectMany(run => run["test"]!["modalities"]!.AsObject().Select(pair => pair.Key)).Distinct()];

    private static string Spread(List<JsonNode> runs, Func<JsonNode, JsonNode?> pick)
    {
        double[] values = [.. runs.Select(run => pick(run["test"]!)).OfType<JsonNode>().Select(node => node.GetValue<double>())];
        if (values.Length == 0) return "–";
        double mean = values.Average(), deviation = values.Length > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)) : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.000} ± {deviation:0.000}");
    }
}
