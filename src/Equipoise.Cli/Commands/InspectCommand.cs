using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Cli.Console;
using Equipoise.Data;
using Equipoise.Evaluation;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise data inspect</c>: what is in a pack and what looks wrong.</summary>
internal static class InspectCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> folder = new("PACK") { Description = "The pack's folder" };
        Option<string?> picture = new("--picture") { Description = "Draw some samples of train into a .png, with captions (needs ffmpeg)" };
        Option<bool> probe = new("--probe") { Description = "Say how much of the label a linear classifier reads off each modality's input" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("inspect", """
            Says what a pack holds, per split, class and modality, and what looks wrong.

            Examples:
              equipoise data inspect packs/mine
              equipoise data inspect packs/mine --probe --picture mine.png
            """) { folder, picture, probe, json };
        command.SetAction(parse =>
        {
            using Pack pack = Pack.Open(parse.GetValue(folder)!);
            PackInspection found = PackInspection.Of(pack, context.Cancellation);
            (string Name, double Accuracy)[] probes = parse.GetValue(probe) ? [.. pack.Modalities.Select(modality => (modality.Name, InputProbe.Accuracy(pack, modality)))] : [];
            if (parse.GetValue(picture) is { } path) PackPicture.Draw(pack.Split(pack.Splits.ContainsKey("train") ? "train" : pack.Splits.Keys.First()), path);
            if (parse.GetValue(json)) context.Output.WriteLine(ToJson(found, probes).ToJsonString());
            else Write(context.Output, found, probes);
            return ExitCode.Done;
        });
        return command;
    }

    private static JsonObject ToJson(PackInspection found, (string Name, double Accuracy)[] probes)
    {
        JsonObject json = found.ToJson();
        if (probes.Length > 0) json["probes"] = new JsonObject(probes.Select(probe => KeyValuePair.Create(probe.Name, double.IsNaN(probe.Accuracy) ? null : (JsonNode?)probe.Accuracy)));
        return json;
    }

    private static void Write(TextWriter output, PackInspection found, (string Name, double Accuracy)[] probes)
    {
        output.WriteLine($"{found.Name}: {found.Classes.Count} classes, hash {found.Hash[..12]}");
        string[] splits = [.. found.Splits.Select(split => split.Name)];
        TextTable.Write(output, ["samples", .. splits],
            [["all", .. found.Splits.Select(split => $"{split.Count}")], ["groups", .. found.Splits.Select(split => split.Groups is { } groups ? $"{groups}" : "-")], .. PerClass(found)]);
        TextTable.Write(output, ["modality", "split", "kind", "shape", "type", "absent", "min", "max", "mean"], found.Splits.SelectMany(split => split.Modalities.Select(one => Row(split, one))), texts: 5);
        foreach (var (name, accuracy) in probes) output.WriteLine($"a linear classifier reads {Figure(100 * accuracy)} % of val's labels off {name} (chance {Figure(100.0 / found.Classes.Count)} %)");
        foreach (string warning in found.Warnings) output.WriteLine($"looks wrong: {warning}");
        if (found.Warnings.Count == 0) output.WriteLine("nothing looks wrong");
    }

    private static IEnumerable<string[]> PerClass(PackInspection found) => found.Classes.Select((name, c) =>
        (string[])[name, .. found.Splits.Select(split => split.PerClass.Count == 0 ? "-" : $"{split.PerClass[c]}")]);

    private static string[] Row(SplitInspection split, ModalityInspection one) =>
    [
        one.Modality.Name, split.Name, one.Modality.Kind.ToString().ToLowerInvariant(), string.Join("×", one.Modality.Shape), one.Modality.Type.ToString().ToLowerInvariant(),
        $"{one.Absent}", Figure(one.Minimum), Figure(one.Maximum), Figure(one.Mean),
    ];

    private static string Figure(double value) => double.IsNaN(value) ? "-" : value.ToString("0.####", CultureInfo.InvariantCulture);
}
