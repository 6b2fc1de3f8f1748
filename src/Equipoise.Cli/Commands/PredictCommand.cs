using System.CommandLine;
using Equipoise.Data;
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
        Option<string?> split = new("--split") { Description = "Which part of the pack; predict where it has one, else test" };
        Option<string[]> drop = new("--drop") { Description = "A modality to take away from every sample; repeatable" };
        Option<string> output = CommonOptions.Out("The file to write, predictions.csv");
        Command command = new("predict", """
            Writes predictions.csv: the fused probabilities, each modality's own, and its weight where the fusion weighs.

            Examples:
              equipoise predict runs/mine --data packs/new --out predictions.csv
              equipoise predict runs/mine --split val --drop audio --out predictions.csv
            """) { run, data, split, drop, output };
        command.SetAction(parse =>
        {
            using TrainedRun trained = TrainedRun.Open(parse.GetValue(run)!, parse.GetValue(data));
            string[] dropped = CommonOptions.Split(parse.GetValue(drop));
            EvaluateCommand.Check(trained, dropped);
            PackSplit samples = trained.Pack.Split(parse.GetValue(split) ?? (trained.Pack.Splits.ContainsKey("predict") ? "predict" : "test"));
            int count = PredictionsFile.Write(trained, samples, parse.GetValue(output)!, dropped);
            context.Error.WriteLine($"{count} samples of {samples.Name} predicted");
            context.Output.WriteLine(parse.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }
}
