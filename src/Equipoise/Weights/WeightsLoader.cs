using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Weights;

/// <summary>Puts weights from files into a model whose names and shapes they fit.</summary>
public static class WeightsLoader
{
    /// <summary>Loads the weights of a configuration, the whole model's first.</summary>
    /// <exception cref="InvalidFileException">A file cannot be read, or does not fit and is to be strict.</exception>
    public static IReadOnlyList<WeightsReport> Load(RunConfig config, MultimodalModel model) =>
        [.. config.Weights.Select(spec => Load(spec, config.Model, model))];

    /// <summary>Loads one file.</summary>
    /// <param name="weights">The file, and what takes it.</param>
    /// <param name="spec">What the model is made of.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidFileException">The file cannot be read, or does not fit and is to be strict; nothing has been loaded.</exception>
    public static WeightsReport Load(WeightsSpec weights, ModelSpec spec, MultimodalModel model)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        string prefix = weights.Part.Length > 0 ? weights.Part + "." : "";
        Dictionary<string, Tensor> targets = model.StateDict().Where(pair => pair.Name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Name[prefix.Length..], pair => pair.Tensor);
        using ITensorFile file = TensorFile.Open(Resolve(weights.File));
        WeightsPlan plan = WeightsPlan.Make(file, weights, new WeightsNames(weights, spec, file.Names), targets);
        if (weights.Strict && !plan.Report.IsWhole)
            throw new InvalidFileException(weights.File, $"does not fit {(weights.Part.Length > 0 ? weights.Part : "the model")}{plan.Report.Misfits}", Remedy(plan));
        foreach (var (source, target) in plan.Moves) targets[target].CopyInPlace(Fitted(file.Read(source).ToTensor(), targets[target].Shape));
        return plan.Report;
    }

    /// <summary>A file, or the weights selected on val where a run's folder is given.</summary>
    private static string Resolve(string path) => File.Exists(Path.Combine(path, "config.yaml"))
        ? Path.Combine(path, "checkpoints", "best", "weights.safetensors")
        : Directory.Exists(path) ? throw new InvalidFileException(path, "is a folder, and no run", "give a file of weights, or the folder that train --out wrote") : path;

    private static string Remedy(WeightsPlan plan) => plan.OnlyChannels
        ? "adapt: mean averages over the channels of the file; strict: false leaves out what does not fit"
        : "choose the encoder or prefix that it was made for; strict: false takes what fits";

    /// <summary>The tensor itself; one for other channels as its mean over them, for each channel here.</summary>
    private static Tensor Fitted(Tensor tensor, long[] shape) => tensor.Shape.SequenceEqual(shape) ? tensor : tensor.Mean([1], keep: true);
}
