using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Training;

/// <summary>A finished (or interrupted) run, opened for use with the weights selected on val.</summary>
public sealed class TrainedRun : IDisposable
{
    private TrainedRun(string folder, RunConfig config, Pack pack, MultimodalModel model, bool otherPack, int batchSize, Device device)
    {
        Folder = folder;
        Config = config;
        Pack = pack;
        Model = model;
        OtherPack = otherPack;
        Device = device;
        Evaluator = new Evaluator(model, config.Methods, config.Inputs, config.Model.Classes, batchSize, device);
    }

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>Its configuration.</summary>
    public RunConfig Config { get; }

    /// <summary>The pack: the one it was trained on, or another of the same modalities and classes.</summary>
    public Pack Pack { get; }

    /// <summary>The model with the weights selected on val, in evaluation mode for good: what uses it may run at the same time.</summary>
    public MultimodalModel Model { get; }

    /// <summary>Whether the pack is another than the one the run was trained on.</summary>
    public bool OtherPack { get; }

    /// <summary>Where the model lies and computes.</summary>
    public Device Device { get; }

    /// <summary>Scores and predicts.</summary>
    public Evaluator Evaluator { get; }

    /// <summary>The classes in their order; numbers where the pack has others than the run.</summary>
    public IReadOnlyList<string> Classes => Pack.Classes.Count == Config.Model.Classes ? Pack.Classes : [.. Enumerable.Range(0, Config.Model.Classes).Select(c => $"{c}")];

    /// <summary>Predicts samples in memory; any number of threads may do so at the same time.</summary>
    /// <param name="samples">The arrays of <see cref="Data.Pack.Samples"/>.</param>
    /// <exception cref="ProblemException">They do not fit the pack; all problems are told.</exception>
    public IReadOnlyList<SamplePrediction> Predict(IReadOnlyDictionary<string, NdArray> samples) =>
        [.. Evaluator.Predict(Pack.Samples(samples)).SelectMany(batch => SamplePrediction.Of(batch, Classes))];

    /// <summary>Opens a run. Where its pack is gone, what it wrote down of it serves to predict samples from elsewhere.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="data">Another pack; null for the run's own.</param>
    /// <param name="plugins">The program's own methods, encoders and fusions; null for none.</param>
    /// <param name="device">Where it computes; null for where it was trained, or the processor where that device is not here.</param>
    /// <exception cref="ProblemException">It is no run, has no weights yet, or the pack does not fit.</exception>
    public static TrainedRun Open(string folder, string? data = null, Plugins? plugins = null, Device? device = null)
    {
        string configPath = Path.Combine(folder, "config.yaml"), best = Path.Combine(folder, "checkpoints", "best");
        if (!File.Exists(configPath)) throw new ProblemException($"{folder}: is no run (it holds no config.yaml); give the folder that train --out wrote");
        if (!Checkpoint.Exists(best)) throw new ProblemException($"{folder}: has no weights yet; go on with train --resume --out {folder}");
        YamlMap? environment = YamlMap.Load(configPath, new ProblemList()).Map("environment");
        string trainedOn = environment?.Text("pack_hash") ?? "";
        var (config, pack) = new RunConfigReader(configPath, plugins).Override(data, null, []).Resolve(
            path => data is null && !Directory.Exists(path) ? Pack.OpenDescription(Path.Combine(folder, "pack.json"), path, trainedOn) : Pack.Open(path));
        if (config.Train.Threads > 0) TorchRuntime.Threads = config.Train.Threads;
        MultimodalModel? model = null;
        try
        {
            Device used = device ?? (config.Train.Device.IsUsable ? config.Train.Device : Device.Cpu);
            using DeviceScope there = RunParts.Begin(config.Train with { Device = used });
            model = RunParts.BuildModel(config);
            Checkpoint.LoadWeights(best, model);
            model.Train(false);
            int usual = MemoryPlan.Unbound(config.Train).EvaluationBatch;
            return new TrainedRun(folder, config, pack, model, pack.Hash != trainedOn, environment?.Integer("evaluation_batch", usual, min: 1) ?? usual, used);
        }
        catch
        {
            model?.Dispose();
            config.Dispose();
            pack.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Model.Dispose();
        Config.Dispose();
        Pack.Dispose();
    }
}
