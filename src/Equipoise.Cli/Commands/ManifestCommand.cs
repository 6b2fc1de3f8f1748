using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Data.Published;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise data manifest</c>: published data sets, in the layout they come in.</summary>
internal static class ManifestCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string?> name = new("NAME") { Description = "A data set; without it they are listed with what their folders hold", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> root = new("--root") { Description = "Its folder" }, output = new("--out") { Description = "The folder to make" };
        Option<string?> preset = new("--preset") { Description = "Lists and order of the classes, where repositories differ" };
        Option<string?> split = new("--split") { Description = "Divide by speaker, actor, video or scene instead of the published parts" };
        Option<string?> lists = new("--lists") { Description = "Where its lists lie, if not in its folder" };
        Option<bool> missing = new("--allow-missing") { Description = "Leave out listed samples whose files are absent, and list them in skipped.csv" };
        Option<int> seed = new("--seed") { Description = "Decides what is cut and drawn", DefaultValueFactory = _ => 0 };
        Option<bool> json = CommonOptions.Json(), quiet = CommonOptions.Quiet();
        Command command = new("manifest", """
            Turns a published data set, as it was downloaded, into a manifest that data prepare takes.

            Examples:
              equipoise data manifest
              equipoise data manifest crema-d --root CREMA-D --out sets/crema-d
              equipoise data manifest crema-d --root CREMA-D --preset ogm-ge --lists OGM-GE/data/CREMAD --out sets/crema-d
              equipoise data manifest av-mnist --root downloads --split speaker --out sets/av-mnist
            """) { name, root, output, preset, split, lists, missing, seed, json, quiet };
        command.SetAction(parse =>
        {
            if (parse.GetValue(name) is not { } dataset) return List(context.Output, parse.GetValue(json));
            if (parse.GetValue(root) is not { } from || parse.GetValue(output) is not { } to)
                throw new ProblemException($"data manifest {dataset}: wants --root DIR, where the data set lies, and --out DIR, the folder to make");
            ManifestOptions options = new()
            {
                Preset = parse.GetValue(preset),
                SplitBy = parse.GetValue(split),
                Lists = parse.GetValue(lists),
                AllowMissing = parse.GetValue(missing),
                Seed = (ulong)parse.GetValue(seed),
            };
            Report(context, ManifestMaker.Make(dataset, from, to, options), to, parse.GetValue(json), parse.GetValue(quiet));
            return ExitCode.Done;
        });
        return command;
    }

    private static int List(TextWriter output, bool json)
    {
        if (json) output.WriteLine(new JsonArray([.. ManifestMaker.Known.Select(known => (JsonNode)ToJson(known))]).ToJsonString());
        else
        {
            foreach (PublishedDatasetInfo known in ManifestMaker.Known)
            {
                output.WriteLine($"{known.Name}: {known.Layout}");
                if (known.Presets.Count > 1) output.WriteLine($"    --preset {string.Join(" | ", known.Presets)}");
                if (known.GroupedBy is { } group) output.WriteLine($"    --split {group}");
            }
        }
        return ExitCode.Done;
    }

    private static void Report(CommandContext context, ManifestResult result, string folder, bool json, bool quiet)
    {
        Display display = new(context.Error, quiet);
        foreach (string note in result.Notes) display.Line(note);
        if (result.Skipped > 0) display.Line($"{result.Skipped} listed samples have no files; skipped.csv lists them");
        display.Line($"{string.Join(", ", result.Samples.Select(pair => $"{pair.Key} {pair.Value}"))}");
        string dataset = Path.Combine(folder, "dataset.yaml");
        if (!json) context.Output.WriteLine(dataset);
        else
        {
            context.Output.WriteLine(new JsonObject
            {
                ["dataset"] = dataset,
                ["samples"] = new JsonObject(result.Samples.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
                ["skipped"] = result.Skipped,
                ["notes"] = new JsonArray([.. result.Notes.Select(note => (JsonNode)note)]),
            }.ToJsonString());
        }
    }

    private static JsonObject ToJson(PublishedDatasetInfo known) => new()
    {
        ["name"] = known.Name,
        ["layout"] = known.Layout,
        ["presets"] = new JsonArray([.. known.Presets.Select(preset => (JsonNode)preset)]),
        ["grouped_by"] = known.GroupedBy,
    };
}
