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
        Option<string[]> drop = new("--drop") { Description = "A modality, or several with commas, to take away from every sample; repeatable, a line each" };
        Option<string[]> rates = new("--missing-rate") { Description = "Shares of modalities that go missing at random, with commas; a line each" };
        Option<int> seeds = new("--mask-seeds") { Description = "How many masks for each rate", DefaultValueFactory = _ => 5 };
        Option<string?> mode = new("--missing-mode") { Description = "What missing means: absent (the model knows) or zero (zeros go in); the run's own by default" };
        Option<bool> coalitions = new("--coalitions") { Description = "Score every subset of the modalities, and what each contributes (Shapley)" };
        Option<string[]> unimodal = new("--unimodal") { Description = "A run of that modality alone to compare with; repeatable", HelpName = "modality=RUN" };
        Option<string?> data = new("--data") { Description = "Another pack of the same modalities and classes" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("evaluate", """
            Scores a run with the weights selected on val. The result is kept in the run's folder as evaluation.json; every look at test is
            counted in the run's log. docs/evaluation.md has the formula of every figure.

            Examples:
              equipoise evaluate runs/mine
              equipoise evaluate runs/mine --drop audio --drop visual --json
              equipoise evaluate runs/mine --missing-rate 0.1,0.3,0.5 --mask-seeds 5
              equipoise evaluate runs/mine --coalitions --unimodal audio=runs/audio --unimodal visual=runs/visual
            """) { run, split, drop, rates, seeds, mode, coalitions, unimodal, data, json };
        command.SetAction(parse => Run(context, parse.GetValue(run)!, parse.GetValue(data), parse.GetValue(json), new EvaluationRequest
        {
            Split = parse.GetValue(split)!,
            Drops = [.. (parse.GetValue(drop) ?? []).Select(text => CommonOptions.Split([text])).Where(names => names.Length > 0)],
            MissingRates = [.. CommonOptions.Split(parse.GetValue(rates)).Select(Rate)],
            MaskSeeds = parse.GetValue(seeds) is >= 1 and <= 1000 and var count ? count : throw new ProblemException($"--mask-seeds {parse.GetValue(seeds)}: is out of range; draw 1 to 1000 masks"),
            MissingMode = Mode(parse.GetValue(mode)),
            Coalitions = parse.GetValue(coalitions),
            Unimodal = CommonOptions.Settings(parse.GetValue(unimodal), "--unimodal", "audio=runs/audio").GroupBy(pair => pair.Key).ToDictionary(runs => runs.Key, runs => runs.Last().Value),
        }));
        return command;
    }

    private static int Run(CommandContext context, string folder, string? data, bool asJson, EvaluationRequest request)
    {
        using TrainedRun run = TrainedRun.Open(folder, data);
        CommonOptions.TellDevice(context.Error, run);
        if (run.OtherPack) context.Error.WriteLine($"{run.Pack.Folder}: is another pack than the one the run was trained on");
        RunEvaluation evaluation = RunEvaluation.Of(run, request, TimeProvider.System);
        JsonObject kept = evaluation.Keep(folder, TimeProvider.System);
        if (asJson) context.Output.WriteLine(kept.ToJsonString());
        else EvaluationTables.Write(context.Output, evaluation);
        if (!asJson && request.Split == "test") context.Error.WriteLine($"this was look {kept["looks"]} at test, training's own included");
        return ExitCode.Done;
    }

    private static double Rate(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && rate is >= 0 and <= 1
        ? rate
        : throw new ProblemException($"--missing-rate {text}: is no share; write numbers from 0 to 1, for instance 0.1,0.3,0.5");

    private static MissingMode? Mode(string? text) => text switch
    {
        null => null,
        "absent" => MissingMode.Absent,
        "zero" => MissingMode.Zero,
        _ => throw new ProblemException($"--missing-mode {text}: is no mode; {Nearest.Remedy(text, (string[])["absent", "zero"])}"),
    };
}
