using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Console;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Training;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise train</c>: one run.</summary>
internal static class TrainCommand
{
    private static readonly string[] MayDifferOnResume = ["train.epochs", "train.threads", "train.device"];

    internal static Command Create(CommandContext context)
    {
        Argument<string?> config = new("CONFIG.yaml") { Description = "The configuration; defaults where absent", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> data = new("--data") { Description = "The pack" };
        Option<string?> method = new("--method") { Description = "The balancing method (see equipoise methods); replaces the whole method block" };
        Option<string[]> set = CommonOptions.Set();
        Option<string> output = CommonOptions.Out("The run's folder");
        Option<bool> resume = new("--resume") { Description = "Go on where the run in --out stopped, bit for bit" };
        Option<bool> force = new("--force") { Description = "Replace an older run in --out" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say shapes, parameters, memory and time, and train nothing" };
        output.Required = false;
        Option<bool> json = CommonOptions.Json(), quiet = CommonOptions.Quiet();
        Command command = new("train", """
            Trains one model on a pack. Selection is on val; test is opened once, at the end.

            Examples:
              equipoise train --data packs/digits --method ogm-ge --out runs/ogm-ge
              equipoise train my.yaml --set train.epochs=30 --set train.optimizer.lr=0.01 --out runs/mine
              equipoise train --resume --out runs/mine
            """) { config, data, method, set, output, resume, force, dryRun, json, quiet };
        command.SetAction(parse =>
        {
            Request request = new(parse.GetValue(config), parse.GetValue(data), parse.GetValue(method), [.. CommonOptions.Settings(parse.GetValue(set))], parse.GetValue(output) ?? "");
            if (parse.GetValue(dryRun)) return Measure(context, request, parse.GetValue(json));
            if (request.Out.Length == 0) throw new ProblemException("equipoise train: says nowhere to write; add --out runs/NAME");
            Display display = new(context.Error, parse.GetValue(quiet));
            RunResult result = parse.GetValue(resume) ? Resume(context, request, display) : Start(context, request, parse.GetValue(force), display);
            Print(context, result, parse.GetValue(json), request.Out);
            return ExitCode.Done;
        });
        return command;
    }

    private sealed record Request(string? Config, string? Data, string? Method, (string Key, string Value)[] Settings, string Out);

    private static RunResult Start(CommandContext context, Request request, bool force, Display display)
    {
        var (config, pack) = new RunConfigReader(request.Config).Override(request.Data, request.Method, request.Settings).Resolve();
        using (config)
        using (pack)
        using (RunFolder folder = RunFolder.Begin(request.Out, force))
        using (Trainer trainer = new(config, pack, folder, new TrainingDisplay(display, config.Methods.Name), TimeProvider.System))
            return Guarded(display, request.Out, () => trainer.Run(context.Cancellation));
    }

    private static RunResult Resume(CommandContext context, Request request, Display display)
    {
        if (request.Config is not null || request.Data is not null || request.Method is not null || request.Settings.Any(setting => !MayDifferOnResume.Contains(setting.Key)))
            throw new ProblemException($"equipoise train --resume: the run's own configuration serves, and only {string.Join(", ", MayDifferOnResume)} may differ; leave the rest out");
        using RunFolder folder = RunFolder.Open(request.Out);
        var (config, pack) = new RunConfigReader(folder.Config).Override(null, null, request.Settings).Resolve();
        using (config)
        using (pack)
        using (Trainer trainer = new(config, pack, folder, new TrainingDisplay(display, config.Methods.Name), TimeProvider.System))
            return Guarded(display, request.Out, () => trainer.Resume(context.Cancellation));
    }

    private static RunResult Guarded(Display display, string folder, Func<RunResult> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException)
        {
            display.Line($"saved; go on with: equipoise train --resume --out {folder}");
            throw;
        }
        catch (DivergedException)
        {
            string last = Path.Combine(folder, "checkpoints", "last");
            display.Line(Checkpoint.Exists(last) ? $"the last good checkpoint is {last}" : "no epoch was finished, so there is no checkpoint");
            throw;
        }
    }

    private static void Print(CommandContext context, RunResult result, bool json, string folder)
    {
        if (json)
        {
            context.Output.WriteLine(File.ReadAllText(Path.Combine(folder, "metrics.json")).TrimEnd());
            return;
        }
        TextTable.Write(context.Output, ["split", "n", .. EvaluationTables.Figures, .. result.Test.Modalities.Keys],
        [
            Row("val", result.Val), Row("test", result.Test),
        ]);
        context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Method}: epoch {result.BestEpoch} of {result.Epochs} was best on val; {result.Seconds:0.0} s; {folder}"));
    }

    private static string[] Row(string split, Evaluation.Scores scores) =>
        [.. EvaluationTables.Row(split, scores), .. scores.Modalities.Values.Select(alone => EvaluationTables.Number(alone.Accuracy))];

    private static int Measure(CommandContext context, Request request, bool json)
    {
        var (config, pack) = new RunConfigReader(request.Config).Override(request.Data, request.Method, request.Settings).Resolve();
        using (config)
        using (pack)
        {
            DryRun measured = DryRun.Measure(config, pack, TimeProvider.System);
            if (json) context.Output.WriteLine(ToJson(measured).ToJsonString());
            else Describe(context.Output, measured);
        }
        return ExitCode.Done;
    }

    private static void Describe(TextWriter output, DryRun measured)
    {
        foreach (var (name, shape) in measured.Inputs) output.WriteLine($"input {name}: [{string.Join(", ", shape)}]");
        foreach (var (name, count) in measured.Parameters) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"parameters {name}: {count:N0}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at most {measured.MicroBatch} samples at a time"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{measured.StepsPerEpoch} steps per epoch, about {measured.SecondsPerEpoch:0.0} s without evaluation; peak memory {measured.PeakMemory / 1048576.0:0} MiB"));
    }

    private static JsonObject ToJson(DryRun measured) => new()
    {
        ["inputs"] = new JsonObject(measured.Inputs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonArray([.. pair.Value.Select(size => (JsonNode)size)])))),
        ["parameters"] = new JsonObject(measured.Parameters.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        ["steps_per_epoch"] = measured.StepsPerEpoch,
        ["seconds_per_epoch"] = measured.SecondsPerEpoch,
        ["peak_memory"] = measured.PeakMemory,
        ["micro_batch"] = measured.MicroBatch,
    };
}
