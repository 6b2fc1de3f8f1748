using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Evaluation;

/// <summary>
/// What each frozen encoder of a finished run has learnt: a fresh linear head per modality, trained on the features of train, scored on
/// another split. Kept in the run's folder as <c>probes.json</c>.
/// </summary>
/// <param name="Split">The split that was scored.</param>
/// <param name="Accuracy">The accuracy of each modality's probe; NaN where no sample has it.</param>
public sealed record ModalityProbes(string Split, IReadOnlyDictionary<string, double> Accuracy)
{
    private const string Format = "equipoise-probes/1";

    /// <summary>The probes of a run: those found before, or new ones, which are kept; a look at test is counted in the run's log.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="split">The split to score.</param>
    /// <param name="clock">Dates the log's event.</param>
    /// <exception cref="ProblemException">It is no finished run.</exception>
    public static ModalityProbes OfRun(string folder, string split, TimeProvider clock)
    {
        if (Read(folder, split) is { } known) return known;
        using TrainedRun run = TrainedRun.Open(folder);
        ModalityProbes probes = Measure(run, split);
        using RunFolder locked = RunFolder.Open(folder);
        using RunLog log = new(locked.Log, clock);
        log.Write("probe", probes.ToJson());
        JsonObject all = ReadFile(folder) ?? new JsonObject { ["format"] = Format, ["weights"] = Weights(folder), ["splits"] = new JsonObject() };
        all["splits"]![split] = probes.ToJson();
        AtomicFile.WriteAllText(PathIn(folder), all.ToJsonString() + "\n");
        return probes;
    }

    /// <summary>Trains and scores the probes.</summary>
    public static ModalityProbes Measure(TrainedRun run, string split)
    {
        SplitFeatures train = run.Evaluator.Features(run.Pack.Split("train")), test = run.Evaluator.Features(run.Pack.Split(split));
        return new ModalityProbes(split, run.Model.Modalities.ToDictionary(name => name, name => LinearProbe.Accuracy(train.Features[name], test.Features[name], run.Pack.Classes.Count)));
    }

    /// <summary>As JSON: <c>{"split", "accuracy": {modality: number}}</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["split"] = Split,
        ["accuracy"] = new JsonObject(Accuracy.Select(pair => KeyValuePair.Create(pair.Key, double.IsNaN(pair.Value) ? null : (JsonNode?)pair.Value))),
    };

    private static ModalityProbes? Read(string folder, string split) => ReadFile(folder)?["splits"]?[split]?["accuracy"] is JsonObject found
        ? new ModalityProbes(split, found.ToDictionary(pair => pair.Key, pair => pair.Value?.GetValue<double>() ?? double.NaN))
        : null;

    /// <summary>What was kept, as long as it is of the weights that are there now.</summary>
    private static JsonObject? ReadFile(string folder)
    {
        if (!File.Exists(PathIn(folder))) return null;
        return WholeFile.ReadJson(PathIn(folder), "result of probes", "remove it", json =>
            json["format"]?.GetValue<string>() == Format && json["weights"]?.GetValue<string>() == Weights(folder) ? json.AsObject() : null);
    }

    private static string Weights(string folder)
    {
        string path = Path.Combine(folder, "checkpoints", "best", "weights.safetensors");
        return File.Exists(path) ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))) : "";
    }

    private static string PathIn(string folder) => Path.Combine(folder, "probes.json");
}
