using System.CommandLine;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Data.Preparation;
using Equipoise.Evaluation;
using Equipoise.Training;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise predict</c>: new samples, with or without labels.</summary>
internal static class PredictCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> run = new("RUN") { Description = "The run's folder" };
        Option<string?> data = new("--data") { Description = "A pack; the run's own where absent" };
        Option<string?> manifest = new("--manifest") { Description = "New raw files: a CSV of ids and one column per modality, prepared with the run's own recipe" };
        Option<string?> split = new("--split") { Description = "Which part of the pack; predict where it has one, else test" };
        Option<string[]> drop = new("--drop") { Description = "A modality to take away from every sample; repeatable" };
        Option<string> output = CommonOptions.Out("The file to write, predictions.csv");
        Command command = new("predict", """
            Writes predictions.csv: the fused probabilities, each modality's own, and its weight where the fusion weighs.

            Examples:
              equipoise predict runs/mine --data packs/new --out predictions.csv
              equipoise predict runs/mine --manifest new.csv --out predictions.csv
              equipoise predict runs/mine --split val --drop audio --out predictions.csv
            """) { run, data, manifest, split, drop, output };
        command.SetAction(parse =>
        {
            string? raw = parse.GetValue(manifest);
            if (raw is not null && parse.GetValue(data) is not null) throw new ProblemException("equipoise predict: --data and --manifest exclude each other; give one");
            using TrainedRun trained = TrainedRun.Open(parse.GetValue(run)!, parse.GetValue(data));
            CommonOptions.TellDevice(context.Error, trained);
            string[] dropped = CommonOptions.Split(parse.GetValue(drop));
            RunEvaluation.CheckDrop(trained, dropped);
            if (raw is not null) return FromMedia(context, trained, raw, dropped, parse.GetValue(output)!);
            PackSplit samples = trained.Pack.Split(parse.GetValue(split) ?? (trained.Pack.Splits.ContainsKey("predict") ? "predict" : "test"));
            return Write(context, trained, samples, dropped, parse.GetValue(output)!);
        });
        return command;
    }

    private static int Write(CommandContext context, TrainedRun trained, PackSplit samples, string[] dropped, string output)
    {
        int count = PredictionsFile.Write(trained, samples, output, dropped);
        context.Error.WriteLine($"{count} samples of {samples.Name} predicted");
        context.Output.WriteLine(output);
        return ExitCode.Done;
    }

    /// <summary>Prepares new files in a folder beside the output, predicts, and removes it again.</summary>
    private static int FromMedia(CommandContext context, TrainedRun trained, string manifest, string[] dropped, string output)
    {
        string folder = Path.GetFullPath(output) + ".pack";
        PackModality[] modalities = [.. trained.Model.Modalities.Select(trained.Pack.Modality)];
        try
        {
            Display display = new(context.Error, quiet: false);
            PreparationOptions options = new() { Progress = display.Parts("samples") };
            DataCommand.Tell(display, Preparer.PreparePrediction(manifest, folder, "predict", trained.Pack.Classes, modalities, options, context.Cancellation));
            using Pack pack = Pack.Open(folder);
            return Write(context, trained, pack.Split("predict"), dropped, output);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }
}
