using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Training;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise evaluate</c>: scores of a finished run, whole and with modalities missing.</summary>
internal static class EvaluateCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> run = new("RUN") { Description = "The run's folder" };
        Option<string> split = new("--split") { Description = "Which part of the pack", DefaultValueFactory = _ => "test" };
        Option<string[]> drop = new("--drop") { Description = "A modality to take away from every sample; repeatable" };
        Option<string?> data = new("--data") { Description = "Another pack of the same modalities and classes" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("evaluate", """
            Scores a run with the weights selected on val. Every look at test is counted in the run's log.

            Examples:
              equipoise evaluate runs/mine
              equipoise evaluate runs/mine --drop audio --json
            """) { run, split, drop, data, json };
        command.SetAction(parse =>
        {
            string folder = parse.GetValue(run)!;
            using TrainedRun trained = TrainedRun.Open(folder, parse.GetValue(data));
            string[] dropped = CommonOptions.Split(parse.GetValue(drop));
            Check(trained, dropped);
            if (trained.OtherPack) context.Error.WriteLine($"{trained.Pack.Folder}: is another pack than the one the run was trained on");
            string name = parse.GetValue(split)!;
            Scores scores = trained.Evaluator.Score(Labelled(trained, name), dropped);
            int looks = Note(trained, name, dropped, scores);
            if (parse.GetValue(json)) context.Output.WriteLine(ToJson(trained, name, dropped, scores, looks).ToJsonString());
            else Print(context, name, dropped, scores, looks);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Refuses modalities that the run does not have, and taking all away.</summary>
    internal static void Check(TrainedRun run, string[] dropped)
    {
        foreach (string name in dropped.Where(name => !run.Model.Modalities.Contains(name)))
            throw new ProblemException($"--drop {name}: the run has no such modality; {Nearest.Remedy(name, (IReadOnlyCollection<string>)run.Model.Modalities)}");
        if (run.Model.Modalities.All(dropped.Contains)) throw new ProblemException("--drop: takes every modality away; leave one");
    }

    private static PackSplit Labelled(TrainedRun run, string name)
    {
        PackSplit split = run.Pack.Split(name);
        return split.Labels.Length > 0 ? split : throw new ProblemException($"{run.Pack.Folder}: {name} has no labels to score against; use equipoise predict");
    }

    private static int Note(TrainedRun run, string split, string[] dropped, Scores scores)
    {
        string path = Path.Combine(run.Folder, "log.jsonl");
        using RunFolder locked = RunFolder.Open(run.Folder);
        int looks = RunLog.LooksAtTest(path) + (split == "test" ? 1 : 0);
        JsonObject fields = new() { ["split"] = split, ["looks"] = looks, ["dropped"] = new JsonArray([.. dropped.Select(name => (JsonNode)name)]) };
        foreach (var (key, value) in scores.ToDetailedJson(run.Pack.Classes)) fields[key] = value?.DeepClone();
        using RunLog log = new(path, TimeProvider.System);
        log.Write("evaluate", fields);
        return looks;
    }

    private static JsonObject ToJson(TrainedRun run, string split, string[] dropped, Scores scores, int looks)
    {
        JsonObject json = scores.ToDetailedJson(run.Pack.Classes);
        json["split"] = split;
        json["looks"] = looks;
        json["dropped"] = new JsonArray([.. dropped.Select(name => (JsonNode)name)]);
        return json;
    }

    private static void Print(CommandContext context, string split, string[] dropped, Scores scores, int looks)
    {
        string[] row = [split + (dropped.Length > 0 ? $" without {string.Join(", ", dropped)}" : ""), $"{scores.Count}", Number(scores.Accuracy), Number(scores.MacroF1), .. scores.Modalities.Values.Select(alone => Number(alone.Accuracy))];
        TextTable.Write(context.Output, ["split", "n", "accuracy", "macro F1", .. scores.Modalities.Keys], [row]);
        if (split == "test") context.Error.WriteLine($"this was look {looks} at test, training's own included");
    }

    private static string Number(double value) => double.IsNaN(value) ? "–" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
