using System.CommandLine;
using Equipoise.Bench;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Formats;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise bench</c>: methods × settings × seeds × packs.</summary>
internal static class BenchCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> grid = new("GRID.yaml") { Description = "What to run" };
        Option<string> output = CommonOptions.Out("The bench's folder; finished runs in it are skipped");
        Option<bool> json = CommonOptions.Json(), quiet = CommonOptions.Quiet();
        Option<int> jobs = new("--jobs", "-j") { Description = "Runs at a time; they share the processors evenly", DefaultValueFactory = _ => 1 };
        Command command = new("bench", """
            Runs every row of a grid with every seed on every pack, skips what is finished, goes on where it was interrupted, and prints
            mean and standard deviation. A run that fails is told at the end (exit code 1); the others are not lost. The table is also
            kept in the bench's folder, as table.md and bench.json.

            Examples:
              equipoise bench samples/cgmnist.yaml --out bench/cgmnist
              equipoise bench samples/digits.yaml --out bench/digits --jobs 2
            """) { grid, output, jobs, json, quiet };
        command.SetAction(parse =>
        {
            Display display = new(context.Error, parse.GetValue(quiet));
            if (parse.GetValue(jobs) < 1) throw new ProblemException($"--jobs {parse.GetValue(jobs)}: is no number of runs; give 1 or more");
            string folder = parse.GetValue(output)!;
            BenchResult result = new BenchRunner(BenchGridReader.Read(parse.GetValue(grid)!), folder, TimeProvider.System)
            {
                Observe = name => new TrainingDisplay(display, name, epochLines: false),
                Say = display.Line,
                Jobs = parse.GetValue(jobs),
            }.Run(context.Cancellation);
            string table = result.ToMarkdown(), all = result.ToJson().ToJsonString() + "\n";
            AtomicFile.WriteAllText(Path.Combine(folder, "table.md"), table);
            AtomicFile.WriteAllText(Path.Combine(folder, "bench.json"), all);
            context.Output.Write(parse.GetValue(json) ? all : table);
            foreach (string failure in result.Failures) context.Error.WriteLine(failure);
            return result.Failures.Count == 0 ? ExitCode.Done : ExitCode.Negative;
        });
        return command;
    }
}
