using System.CommandLine;
using System.Globalization;
using Equipoise.Bench;
using Equipoise.Cli.Console;
using Equipoise.Cli.Demo;
using Equipoise.Data;
using Equipoise.Data.Preparation;
using Equipoise.Data.Synthesis;
using Equipoise.Report;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise demo</c>: raw media in, balanced models out, in one command.</summary>
internal static class DemoCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<string> output = new("--out", "-o") { Description = "The folder to work in; what is finished in it is kept", DefaultValueFactory = _ => "equipoise-demo" };
        Option<int> seed = new("--seed") { Description = "Seed of data and training", DefaultValueFactory = _ => 0 };
        Option<int> clips = new("--clips") { Description = "How many clips", DefaultValueFactory = _ => 1000 };
        Option<int> epochs = new("--epochs") { Description = "Epochs of every run", DefaultValueFactory = _ => 30 };
        Command command = new("demo", """
            Makes talking digits (real video files), prepares them, trains each modality alone, then joint, ogm-ge, mla, mmpareto and
            relearn, compares them on test, and writes report.html.

            Examples:
              equipoise demo
              equipoise demo --out /tmp/demo --seed 1
            """) { output, seed, clips, epochs };
        command.SetAction(parse => Run(context, parse.GetValue(output)!, parse.GetValue(seed), parse.GetValue(clips), parse.GetValue(epochs)));
        return command;
    }

    private static int Run(CommandContext context, string folder, int seed, int clips, int epochs)
    {
        TimeProvider clock = TimeProvider.System;
        long began = clock.GetTimestamp();
        Display display = new(context.Error, quiet: false);
        string data = Path.Combine(folder, "data"), pack = Path.Combine(folder, "pack"), report = Path.Combine(folder, "report.html");
        Directory.CreateDirectory(folder);
        if (!Directory.Exists(data))
        {
            display.Line($"making {clips} video clips of spoken and drawn digits in {data}");
            TalkingDigits.Make(data, (ulong)seed, clips, display.Parts("clips"), context.Cancellation);
        }
        if (!Directory.Exists(pack))
        {
            display.Line($"decoding sound and pictures into {pack}");
            Preparer.Prepare(Path.Combine(data, "dataset.yaml"), pack, new PreparationOptions { Progress = display.Parts("clips decoded") }, context.Cancellation);
        }
        BenchGrid grid = DemoPlan.Grid(pack, seed, epochs);
        BenchResult result = new BenchRunner(grid, folder, clock) { Observe = name => new TrainingDisplay(display, name), Say = display.Line }.Run(context.Cancellation);
        if (result.Failures.Count > 0) throw new ProblemException(result.Failures);
        DemoComparison comparison = DemoComparison.Read(grid, folder);
        comparison.Write(folder);
        HtmlReport.WriteComparison(folder, report);
        Print(context.Output, comparison);
        context.Output.WriteLine(comparison.Sentence);
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pictures: {report}   ({clock.GetElapsedTime(began).TotalSeconds:0} s in all)"));
        return ExitCode.Done;
    }

    private static void Print(TextWriter output, DemoComparison comparison)
    {
        string[] modalities = [.. comparison.Rows.SelectMany(row => row.Modalities.Keys).Distinct()];
        TextTable.Write(
            output,
            ["run", "test accuracy", .. modalities.Select(name => $"{name} alone"), .. modalities.Select(name => $"{name} probe"), "seconds"],
            comparison.Rows.Select(row => (string[])
            [
                row.Name, Number(row.Accuracy), .. modalities.Select(name => Number(row.Modalities.GetValueOrDefault(name, double.NaN))),
                .. modalities.Select(name => Number(row.Probes.GetValueOrDefault(name, double.NaN))), row.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
            ]));
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("0.000", CultureInfo.InvariantCulture);
}
