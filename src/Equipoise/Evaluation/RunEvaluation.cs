using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Evaluation;

/// <summary>The scores of a finished run: whole, with modalities dropped or missing at random, with every subset of them.</summary>
/// <param name="Split">The split that was scored.</param>
/// <param name="Classes">The classes in their order.</param>
/// <param name="Whole">The scores with everything that the pack has.</param>
/// <param name="Drops">The scores with modalities taken away.</param>
/// <param name="Missing">A row for each missing rate.</param>
/// <param name="Coalitions">Every subset of the modalities; null where that was not asked.</param>
/// <param name="Unimodal">The accuracy of unimodal trainings on the same split, by modality.</param>
public sealed record RunEvaluation(
    string Split,
    IReadOnlyList<string> Classes,
    Scores Whole,
    IReadOnlyList<DropScores> Drops,
    IReadOnlyList<MissingRateScores> Missing,
    Coalitions? Coalitions,
    IReadOnlyDictionary<string, double> Unimodal)
{
    /// <summary>What comes first: the scores of the first drop; whole where nothing was dropped.</summary>
    public DropScores Main => Drops.Count > 0 ? Drops[0] : new DropScores([], Whole);

    /// <summary>How unevenly the modalities are treated.</summary>
    public Imbalance Imbalance => Imbalance.Of(Whole, Unimodal, Coalitions);

    /// <summary>Evaluates.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="clock">Dates the looks that are noted in the logs of unimodal runs.</param>
    /// <exception cref="ProblemException">The split has no labels, a modality is unknown or none is left, a unimodal run is none.</exception>
    public static RunEvaluation Of(TrainedRun run, EvaluationRequest request, TimeProvider clock)
    {
        IReadOnlyList<string> modalities = run.Model.Modalities;
        foreach (IReadOnlyList<string> dropped in request.Drops) CheckDrop(run, dropped);
        PackSplit split = run.Pack.Split(request.Split);
        if (split.Labels.Length == 0) throw new ProblemException($"{run.Pack.Folder}: {split.Name} has no labels to score against; use equipoise predict");
        MissingMode mode = request.MissingMode ?? run.Config.Train.Missing.Mode;
        Dictionary<string, double> unimodal = request.Unimodal.ToDictionary(pair => pair.Key, pair => UnimodalReference.Accuracy(run, pair.Key, pair.Value, split.Name, clock));
        IReadOnlyList<Scores> scores = run.Evaluator.Score(split, [Absence.None, .. request.Drops.Select(dropped => Absence.Of(dropped, mode))]);
        return new RunEvaluation(
            split.Name,
            run.Classes,
            scores[0],
            [.. request.Drops.Zip(scores.Skip(1), (dropped, found) => new DropScores(dropped, found))],
            MissingRateScores.Of(run.Evaluator, split, modalities, request.MissingRates, request.MaskSeeds, mode),
            request.Coalitions ? Coalitions.Of(run.Evaluator, split, modalities, mode) : null,
            unimodal);
    }

    /// <summary>Refuses modalities that the run does not have, and taking all away.</summary>
    /// <exception cref="ProblemException">One of both.</exception>
    public static void CheckDrop(TrainedRun run, IReadOnlyCollection<string> dropped)
    {
        foreach (string name in dropped.Where(name => !run.Model.Modalities.Contains(name)))
            throw new ProblemException($"--drop {name}: the run has no such modality; {Nearest.Remedy(name, (IReadOnlyCollection<string>)run.Model.Modalities)}");
        if (run.Model.Modalities.All(dropped.Contains)) throw new ProblemException("--drop: takes every modality away; leave one");
    }

    /// <summary>Notes the evaluation in the run's log and keeps it as <c>evaluation.json</c>.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="clock">Dates the log's event.</param>
    /// <returns>What was kept; <c>looks</c> says how often test has been looked at, training's own look included.</returns>
    public JsonObject Keep(string folder, TimeProvider clock)
    {
        using RunFolder locked = RunFolder.Open(folder);
        JsonObject json = ToJson();
        json["looks"] = RunLog.LooksAtTest(locked.Log) + (Split == "test" ? 1 : 0);
        using RunLog log = new(locked.Log, clock);
        log.Write("evaluate", json);
        AtomicFile.WriteAllText(Path.Combine(folder, "evaluation.json"), json.ToJsonString() + "\n");
        return json;
    }

    /// <summary>The contents of <c>evaluation.json</c>.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new() { ["format"] = "equipoise-evaluation/1", ["split"] = Split, ["dropped"] = Main.DroppedJson() };
        foreach (var (key, value) in Main.Scores.ToDetailedJson(Classes)) json[key] = value?.DeepClone();
        json["imbalance"] = Imbalance.ToJson();
        if (Unimodal.Count > 0) json["unimodal"] = new JsonObject(Unimodal.Select(pair => KeyValuePair.Create(pair.Key, Scores.Finite(pair.Value))));
        if (Drops.Count > 0) json["whole"] = Whole.ToJson();
        if (Drops.Count > 0) json["drops"] = new JsonArray([.. Drops.Select(drop => (JsonNode)drop.ToJson())]);
        if (Missing.Count > 0) json["missing"] = new JsonArray([.. Missing.Select(row => (JsonNode)row.ToJson())]);
        if (Coalitions is not null) json["coalitions"] = Coalitions.ToJson();
        return json;
    }
}

/// <summary>Scores with some modalities taken away from every sample.</summary>
/// <param name="Dropped">What is taken away.</param>
/// <param name="Scores">The scores without.</param>
public sealed record DropScores(IReadOnlyList<string> Dropped, Scores Scores)
{
    /// <summary>As JSON: the scores and <c>dropped</c>.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Scores.ToJson();
        json["dropped"] = DroppedJson();
        return json;
    }

    internal JsonArray DroppedJson() => new([.. Dropped.Select(name => (JsonNode)name)]);
}
