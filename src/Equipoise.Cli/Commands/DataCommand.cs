using System.CommandLine;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Data.Exporting;
using Equipoise.Data.Preparation;
using Equipoise.Data.Synthesis;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise data</c>: from media and arrays to packs.</summary>
internal static class DataCommand
{
    internal static Command Create(CommandContext context) => new("data", "Makes and reads data: media, arrays, packs.") { Synth(context), ManifestCommand.Create(context), Prepare(context), Import(context), Export(context), InspectCommand.Create(context) };

    private static Command Synth(CommandContext context)
    {
        Argument<string> name = new("NAME") { Description = "talking-digits" };
        name.AcceptOnlyFromAmong("talking-digits");
        Option<string> output = CommonOptions.Out("The folder to make");
        Option<int> seed = new("--seed") { Description = "Everything left to chance follows from it", DefaultValueFactory = _ => 0 };
        Option<int> clips = new("--clips") { Description = "How many clips, 20 to 9999", DefaultValueFactory = _ => 1000 };
        clips.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 20 or > 9999) result.AddError("--clips takes a number from 20 to 9999.");
        });
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("synth", """
            Makes the embedded data set: real video files in which a digit is shown and said.

            Example:
              equipoise data synth talking-digits --out digits
            """) { name, output, seed, clips, quiet };
        command.SetAction(parse =>
        {
            Display display = new(context.Error, parse.GetValue(quiet));
            TalkingDigits.Make(parse.GetValue(output)!, (ulong)parse.GetValue(seed), parse.GetValue(clips), display.Parts("clips"), context.Cancellation);
            display.Line($"{parse.GetValue(clips)} clips made");
            context.Output.WriteLine(Path.Combine(parse.GetValue(output)!, "dataset.yaml"));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Prepare(CommandContext context)
    {
        Argument<string> dataset = new("DATASET.yaml") { Description = "What the media are and how they are prepared" };
        Option<string> output = CommonOptions.Out("The pack");
        Option<string> onError = new("--on-error") { Description = "stop, or skip: leave out what cannot be decoded, list and count it", DefaultValueFactory = _ => "stop" };
        onError.AcceptOnlyFromAmong("stop", "skip");
        Option<int> seed = new("--seed") { Description = "Decides the parts that are cut where the manifest names none", DefaultValueFactory = _ => 0 };
        Option<string[]> where = new("--where") { Description = "Take only rows of the manifest that meet a condition, such as speaker!=1001; repeatable" };
        Option<bool> update = new("--update") { Description = "Make an existing pack anew, taking over what has not changed" };
        Option<bool> dryRun = new("--dry-run") { Description = "Say how many files, how large and how long, and stop" };
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("prepare", """
            Turns raw media into a pack: sound into spectrograms, videos and pictures into frames, texts into tokens. Interrupted, the same
            command goes on where it stopped.

            Examples:
              equipoise data prepare digits/dataset.yaml --out packs/digits
              equipoise data prepare digits/dataset.yaml --out packs/digits --dry-run
              equipoise data prepare digits/dataset.yaml --out packs/digits --where group!=m1 --update
            """) { dataset, output, onError, seed, where, update, dryRun, quiet };
        command.SetAction(parse =>
        {
            Display display = new(context.Error, parse.GetValue(quiet));
            PreparationOptions options = new()
            {
                SkipBroken = parse.GetValue(onError) == "skip",
                Seed = (ulong)parse.GetValue(seed),
                Update = parse.GetValue(update),
                Where = parse.GetValue(where) ?? [],
                Progress = display.Parts("samples"),
            };
            if (parse.GetValue(dryRun))
            {
                Tell(context.Output, Preparer.Estimate(parse.GetValue(dataset)!, TimeProvider.System, options, context.Cancellation));
                return ExitCode.Done;
            }
            PreparationResult result = Preparer.Prepare(parse.GetValue(dataset)!, parse.GetValue(output)!, options, context.Cancellation);
            Tell(display, result);
            context.Output.WriteLine(parse.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Tell(TextWriter output, PreparationEstimate estimate)
    {
        const double mebi = 1 << 20;
        output.WriteLine($"{estimate.Samples.Values.Sum()} samples ({string.Join(", ", estimate.Samples.Select(pair => $"{pair.Key} {pair.Value}"))}) from {estimate.Files} files of {estimate.SourceBytes / mebi:f1} MiB");
        output.WriteLine($"the pack would take {estimate.PackBytes / mebi:f1} MiB and about {Math.Max(1, Math.Round(estimate.Duration.TotalSeconds))} s to make on this machine");
        foreach (string broken in estimate.Broken) output.WriteLine($"cannot be decoded: {broken}");
    }

    /// <summary>Says what a preparation did and what it left out.</summary>
    internal static void Tell(Display display, PreparationResult result)
    {
        foreach (string note in result.Notes) display.Line(note);
        display.Line($"{result.Prepared} samples prepared{(result.Taken > 0 ? $" ({result.Taken} of them taken over)" : "")}{(result.Skipped.Count > 0 ? $", {result.Skipped.Count} left out (listed in skipped.csv)" : "")}");
    }

    private static Command Export(CommandContext context)
    {
        Argument<string> pack = new("PACK") { Description = "A pack" };
        Option<string> format = new("--format") { Description = string.Join(", ", PackExporter.Formats), DefaultValueFactory = _ => "npz" };
        Option<string> output = CommonOptions.Out("The folder to make");
        Command command = new("export", """
            Writes a pack in formats that others read.

            Examples:
              equipoise data export packs/digits --out arrays
              equipoise data export packs/digits --format webdataset --out shards
            """) { pack, format, output };
        command.SetAction(parse =>
        {
            using Pack opened = Pack.Open(parse.GetValue(pack)!);
            PackExporter.Export(opened, parse.GetValue(format)!, parse.GetValue(output)!);
            context.Output.WriteLine(parse.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Import(CommandContext context)
    {
        Option<string> train = new("--train") { Description = ".npz, .safetensors, .csv of features, or an idx pair images,labels", Required = true };
        Option<string?> val = new("--val") { Description = "The same for val; cut from train where absent" };
        Option<string> test = new("--test") { Description = "The same for test", Required = true };
        Option<string[]> modalities = new("--modalities") { Description = "The arrays that are modalities, each with its kind if wanted: gray:image,color:image" };
        Option<int> seed = new("--seed") { Description = "Decides the validation cut", DefaultValueFactory = _ => 0 };
        Option<string> output = CommonOptions.Out("The pack");
        Command command = new("import", """
            Makes a pack from arrays. The array named label holds the class numbers.

            Example:
              equipoise data import --train train.npz --test test.npz --modalities gray:image,color:image --out packs/mine
            """) { train, val, test, modalities, seed, output };
        command.SetAction(parse =>
        {
            Dictionary<string, string> files = new() { ["train"] = parse.GetValue(train)!, ["test"] = parse.GetValue(test)! };
            if (parse.GetValue(val) is { } given) files["val"] = given;
            string[] named = CommonOptions.Split(parse.GetValue(modalities));
            (string, string?)[]? wanted = named.Length == 0 ? null : [.. named.Select(text => text.Split(':', 2)).Select(parts => (parts[0], parts.Length > 1 ? parts[1] : null))];
            ImportResult result = ArrayImporter.Import(files, wanted, parse.GetValue(output)!, (ulong)parse.GetValue(seed));
            if (result.Ignored.Count > 0) context.Error.WriteLine($"ignored (texts, or one value per sample): {string.Join(", ", result.Ignored)}");
            if (result.ValidationWasCut) context.Error.WriteLine("val was cut from train: 10 %, the same share of every class");
            using Pack pack = Pack.Open(parse.GetValue(output)!);
            context.Error.WriteLine(string.Join(", ", pack.Splits.Select(split => $"{split.Key} {split.Value}")));
            context.Output.WriteLine(parse.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }
}
