using System.CommandLine;
using System.Globalization;
using Equipoise.Cli.Console;
using Equipoise.Data;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise data inspect</c>: what is in a pack and what looks wrong.</summary>
internal static class InspectCommand
{
    internal static Command Create(CommandContext context)
    {
        Argument<string> folder = new("PACK") { Description = "The pack's folder" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("inspect", """
            Says what a pack holds, per split, class and modality, and what looks wrong.

            Example:
              equipoise data inspect packs/mine
            """) { folder, json };
        command.SetAction(parse =>
        {
            using Pack pack = Pack.Open(parse.GetValue(folder)!);
            PackInspection found = PackInspection.Of(pack, context.Cancellation);
            if (parse.GetValue(json)) context.Output.WriteLine(found.ToJson().ToJsonString());
            else Write(context.Output, found);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(TextWriter output, PackInspection found)
    {
        output.WriteLine($"{found.Name}: {found.Classes.Count} classes, hash {found.Hash[..12]}");
        string[] splits = [.. found.Splits.Select(split => split.Name)];
        TextTable.Write(output, ["samples", .. splits],
            [["all", .. found.Splits.Select(split => $"{split.Count}")], ["groups", .. found.Splits.Select(split => split.Groups is { } groups ? $"{groups}" : "-")], .. PerClass(found)]);
        TextTable.Write(output, ["modality", "split", "kind", "shape", "type", "absent", "min", "max", "mean"], found.Splits.SelectMany(split => split.Modalities.Select(one => Row(split, one))), texts: 5);
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
