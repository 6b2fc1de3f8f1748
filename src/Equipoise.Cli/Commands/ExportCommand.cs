using System.CommandLine;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Exporting;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Cli.Commands;

/// <summary><c>equipoise export</c>: a run for other programs.</summary>
internal static class ExportCommand
{
    private static readonly Dictionary<string, ExportFormat> Formats = new()
    {
        ["pth"] = ExportFormat.Pth,
        ["safetensors"] = ExportFormat.Safetensors,
        ["torchscript"] = ExportFormat.TorchScript,
    };

    internal static Command Create(CommandContext context)
    {
        Argument<string> run = new("RUN") { Description = "The run's folder" };
        Option<string> format = new("--format") { Description = $"{string.Join(", ", Formats.Keys)}", Required = true };
        Option<string> names = new("--names") { Description = "own, or papers: the parameter names of OGM-GE's and MLA's repositories, or MMPareto's where there are heads beside the fusion", DefaultValueFactory = _ => "own" };
        Option<string?> part = new("--part") { Description = "One part, its name left out in front: encoders.visual gives a ResNet in torchvision's names" };
        Option<string> output = CommonOptions.Out("The file to write");
        Option<bool> json = CommonOptions.Json();
        Command command = new("export", """
            Writes the weights selected on val for Python and other programs, and beside them a .json that says what goes in and how it is normalised.
            TorchScript programs run without any of this code; there is one for each set of present modalities.

            Examples:
              equipoise export runs/mine --format pth --out mine.pth
              equipoise export runs/mine --format safetensors --names papers --out mine.safetensors
              equipoise export runs/mine --format pth --part encoders.visual --out resnet18.pth
              equipoise export runs/mine --format torchscript --out mine.pt
            """) { run, format, names, part, output, json };
        command.SetAction(parse =>
        {
            string kind = parse.GetValue(format)!;
            if (!Formats.TryGetValue(kind, out ExportFormat known)) throw new ProblemException($"equipoise export: --format {kind} is unknown; {Nearest.Remedy(kind, [.. Formats.Keys])}");
            using TrainedRun trained = TrainedRun.Open(parse.GetValue(run)!, device: Device.Cpu);
            bool script = known == ExportFormat.TorchScript;
            if (script && (parse.GetValue(part) is not null || parse.GetValue(names) != "own")) throw new ProblemException("equipoise export: --names and --part are for weights; leave them out with --format torchscript");
            IReadOnlyList<string> files = script
                ? RunExporter.WriteTorchScript(trained, parse.GetValue(output)!)
                : RunExporter.WriteWeights(trained, parse.GetValue(output)!, known, parse.GetValue(names)!, parse.GetValue(part));
            if (parse.GetValue(json)) context.Output.WriteLine(new JsonObject { ["files"] = new JsonArray([.. files.Select(file => (JsonNode)file)]) }.ToJsonString());
            else foreach (string file in files) context.Output.WriteLine(file);
            return ExitCode.Done;
        });
        return command;
    }
}
