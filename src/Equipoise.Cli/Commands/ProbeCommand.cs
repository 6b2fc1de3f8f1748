using System.CommandLine;
using System.Globalization;
using Equipoise.Cli.Console;
using Equipoise.Evaluation;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise probe</c>: what each frozen encoder has learnt.</summary>
internal static class ProbeCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> run = new("RUN") { Description = "The run's folder" };
        Option<string> split = new("--split") { Description = "Which part of the pack is scored", DefaultValueFactory = _ => "test" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("probe", """
            Trains a fresh linear head on each frozen encoder of a finished run, on the features of train, and scores it. What a head
            cannot find in the features the encoder has not learnt; what it finds and the run does not use is the fusion's doing.
            The result is kept in the run's folder; a look at test is counted in its log.

            Examples:
              equipoise probe runs/mine
              equipoise probe runs/mine --split val --json
            """) { run, split, json };
        command.SetAction(parse =>
        {
            ModalityProbes probes = ModalityProbes.OfRun(parse.GetValue(run)!, parse.GetValue(split)!, TimeProvider.System);
            if (parse.GetValue(json)) context.Output.WriteLine(probes.ToJson().ToJsonString());
            else TextTable.Write(context.Output, ["probe", $"accuracy on {probes.Split}"], probes.Accuracy.Select(pair => (string[])[pair.Key, double.IsNaN(pair.Value) ? "–" : pair.Value.ToString("0.000", CultureInfo.InvariantCulture)]));
            return ExitCode.Done;
        });
        return command;
    }
}
