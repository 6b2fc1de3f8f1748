using System.CommandLine;
using Equipoise.Bench;
using Equipoise.Cli.Console;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise bench</c>: methods × seeds.</summary>
internal static class BenchCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> grid = new("GRID.yaml") { Description = "What to run" };
        Option<string> output = CommonOptions.Out("The bench's folder; finished runs in it are skipped");
        Option<bool> json = CommonOptions.Json(), quiet = CommonOptions.Quiet();
        Command command = new("bench", """
            Runs every method of a grid with every seed, skips what is finished, and prints mean and standard deviation.

            Example:
              equipoise bench samples/cgmnist.yaml --out bench/cgmnist
            """) { grid, output, json, quiet };
        command.SetAction(parse =>
        {
            Display display = new(context.Error, parse.GetValue(quiet));
            BenchGrid plan = BenchGrid.Read(parse.GetValue(grid)!);
            BenchResult result = BenchRunner.Run(plan, parse.GetValue(output)!, name => new TrainingDisplay(display, name, epochLines: false), display.Line, TimeProvider.System, context.Cancellation);
            if (parse.GetValue(json)) context.Output.WriteLine(result.ToJson().ToJsonString());
            else context.Output.Write(result.ToMarkdown());
            foreach (string failure in result.Failures) context.Error.WriteLine(failure);
            return result.Failures.Count == 0 ? ExitCode.Done : ExitCode.Negative;
        });
        return command;
    }
}
