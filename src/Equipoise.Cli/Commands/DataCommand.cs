using System.CommandLine;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Data.Preparation;
using Equipoise.Data.Synthesis;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise data</c>: from media and arrays to packs.</summary>
internal static class DataCommand
{
    internal static Command Create(CommandContext context) => new("data", "Makes and reads data: media, arrays, packs.") { Synth(context), ManifestCommand.Create(context), Prepare(context), Import(context), InspectCommand.Create(context) };

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
        Option<bool> quiet = CommonOptions.Quiet();
        Command command = new("prepare", """
            Turns raw media into a pack: sound into spectrograms, videos and pictures into frames.

            Example:
              equipoise data prepare digits/dataset.yaml --out packs/digits
            """) { dataset, output, onError, seed, quiet };
        command.SetAction(parse =>
        {
            Display display = new(context.Error, parse.GetValue(quiet));
            PreparationOptions options = new() { SkipBroken = parse.GetValue(onError) == "skip", Seed = (ulong)parse.GetValue(seed), Progress = display.Parts("samples") };
            PreparationResult result = Preparer.Prepare(parse.GetValue(dataset)!, parse.GetValue(output)!, options, context.Cancellation);
            Tell(display, result);
            context.Output.WriteLine(parse.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Says what a preparation did and what it left out.</summary>
    internal static void Tell(Display display, PreparationResult result)
    {
        foreach (string note in result.Notes) display.Line(note);
        display.Line($"{result.Prepared} samples prepared{(result.Skipped.Count > 0 ? $", {result.Skipped.Count} left out (listed in skipped.csv)" : "")}");
    }

    private static Command Import(CommandContext context)
    {
        Option<string> train = new("--train") { Description = ".npz, .safetensors, or an idx pair images,labels", Required = true };
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
