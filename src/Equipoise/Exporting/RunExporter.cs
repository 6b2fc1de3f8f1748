using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Exporting;

/// <summary>Writes the weights selected on val for other programs.</summary>
public static class RunExporter
{
    /// <summary>Writes a state dict, and beside it <c>FILE.json</c>: what goes in, how it is normalised, what comes out.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The file.</param>
    /// <param name="format"><see cref="ExportFormat.Pth"/> or <see cref="ExportFormat.Safetensors"/>.</param>
    /// <param name="names"><c>own</c>, or <c>papers</c> for those of the papers' repositories.</param>
    /// <param name="part">One part of the model, without its name in front; null for all.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="ProblemException">There is no such part, or the papers have no name for a tensor.</exception>
    public static IReadOnlyList<string> WriteWeights(TrainedRun run, string path, ExportFormat format, string names = "own", string? part = null)
    {
        using TensorScope scope = TensorScope.Begin();
        KeyValuePair<string, NdArray>[] tensors = [.. ExportNames.Of(run.Model, run.Config.Model, names, part).Select(pair => KeyValuePair.Create(pair.Name, pair.Tensor.ToArray()))];
        JsonObject description = ExportDescription.Of(run);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (format == ExportFormat.Safetensors)
            SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt", ["equipoise"] = description.ToJsonString() });
        else TorchWriter.Write(path, tensors);
        return [path, Describe(path, description)];
    }

    /// <summary>
    /// Writes TorchScript programs that run in Python without any code of this library: the file itself for all modalities, one more for each
    /// set of them (<c>FILE.A+B.pt</c>), and <c>FILE.json</c>. A program takes normalised inputs in the order of the modalities, and gives logits.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The file, <c>.pt</c>.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="ProblemException">An encoder's operators cannot be written as a program for batches of any size.</exception>
    public static IReadOnlyList<string> WriteTorchScript(TrainedRun run, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        IReadOnlyList<(string File, string[] Inputs)> programs = ScriptExporter.Write(run, path);
        JsonObject description = ExportDescription.Of(run);
        description["programs"] = ScriptExporter.Describe(programs);
        return [.. programs.Select(program => program.File), Describe(path, description)];
    }

    private static string Describe(string path, JsonObject description)
    {
        AtomicFile.WriteAllText(path + ".json", description.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return path + ".json";
    }
}
