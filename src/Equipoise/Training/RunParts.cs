using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Weights;

namespace Equipoise.Training;

/// <summary>The parts that a run is put together from, and what it says of itself.</summary>
internal static class RunParts
{
    /// <summary>The seed of one stream of the run.</summary>
    internal static ulong Seed(RunConfig config, string stream) => SeedStream.Derive((ulong)config.Train.Seed, stream);

    /// <summary>Takes the threads that the configuration asks for, and its device.</summary>
    /// <returns>New tensors lie on the device until disposed.</returns>
    /// <exception cref="ProblemException">The device is not here.</exception>
    internal static DeviceScope BeginTraining(TrainSettings train)
    {
        TorchRuntime.Threads = train.Threads > 0 ? train.Threads : System.Environment.ProcessorCount;
        return Begin(train);
    }

    /// <summary>Takes the device that the configuration asks for, with what it may trade for speed.</summary>
    /// <returns>New tensors lie on the device until disposed.</returns>
    /// <exception cref="ProblemException">The device is not here.</exception>
    internal static DeviceScope Begin(TrainSettings train)
    {
        if (!train.Device.IsUsable) throw new ProblemException($"train.device: is {train.Device}, which libtorch {TorchRuntime.Version} does not find on this machine; write cpu, or see docs/gpu.md for what it takes");
        if (!train.Device.IsCpu) TorchRuntime.SetNumerics(train.Tf32, train.Deterministic);
        return DeviceScope.Begin(train.Device);
    }

    /// <summary>The model of a run, where new tensors lie.</summary>
    internal static MultimodalModel BuildModel(RunConfig config)
    {
        using Generator initial = new(Seed(config, "initialisation"));
        MultimodalModel? model = null;
        try
        {
            model = ModelBuilder.Build(config.Model, config.Methods.UnimodalHeads, initial);
            model.HalfPrecision = DeviceScope.Current.IsCpu && config.Train.HalfPrecision == DType.Float16 ? null : config.Train.HalfPrecision;
            CheckParts(config, model);
            return model;
        }
        catch (ArgumentException error)
        {
            throw new ProblemException($"model: {error.Message}");
        }
        catch
        {
            model?.Dispose();
            throw;
        }
    }

    /// <summary>Loads the weights that a run starts from; a failure disposes the model.</summary>
    internal static IReadOnlyList<WeightsReport> LoadWeights(RunConfig config, MultimodalModel model)
    {
        try
        {
            return WeightsLoader.Load(config, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Starts the methods and plans the memory; a failure disposes the model.</summary>
    internal static MemoryPlan Start(RunConfig config, Pack pack, MultimodalModel model)
    {
        try
        {
            config.Methods.Start(model, pack.Splits["train"]);
            return MemoryPlan.Of(config, pack, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The parts that the configuration names are the model's. One modality alone leaves out what it does not have: the same configuration serves all runs of a comparison.</summary>
    private static void CheckParts(RunConfig config, MultimodalModel model)
    {
        config.Train.Freeze.Check(model);
        if (config.Methods.Methods.Any(method => method is Unimodal)) return;
        PartNames.Check(model, "train.optimizer.rates", config.Train.Optimizer.Parts.Rates.Select(entry => entry.Part));
        PartNames.Check(model, "train.freeze", config.Train.Freeze.Parts.Select(entry => entry.Part));
    }

    /// <summary>Weights inverse to how often a class is in train, with mean 1 over the samples.</summary>
    internal static Tensor ClassWeights(Pack pack)
    {
        using TensorScope scope = TensorScope.Begin();
        PackSplit train = pack.Split("train");
        float[] counts = new float[pack.Classes.Count];
        foreach (long label in train.Labels) counts[label]++;
        return Tensor.From(counts.Select(count => count > 0 ? train.Count / (counts.Length * count) : 0).ToArray(), counts.Length).Own();
    }

    /// <summary>The resolved configuration with a record of where it ran.</summary>
    internal static string ConfigText(RunConfig config, Pack pack, MultimodalModel model, MemoryPlan plan)
    {
        StringBuilder text = new(config.Resolved.ToYaml());
        text.Append("environment:\n");
        foreach (var (key, value) in Environment(config, pack, model, plan)) text.Append(CultureInfo.InvariantCulture, $"  {key}: {value!.ToJsonString()}\n");
        return text.ToString();
    }

    internal static JsonObject Environment(RunConfig config, Pack pack, MultimodalModel model, MemoryPlan plan) => new()
    {
        ["equipoise"] = typeof(RunParts).Assembly.GetName().Version!.ToString(3),
        ["dotnet"] = System.Environment.Version.ToString(),
        ["libtorch"] = TorchRuntime.Version,
        ["threads"] = TorchRuntime.Threads,
        ["blas"] = Path.GetFileName(TorchRuntime.BlasLibrary),
        ["processor"] = TorchRuntime.Processor,
        ["memory_format"] = string.Join(", ", model.Modalities.Select(name => $"{name} {model.Encoder(name).MemoryFormat(blocks: config.Train.Device.IsCpu && config.Train.HalfPrecision is null)}")),
        ["device"] = $"{config.Train.Device}",
        ["precision"] = config.Train.Precision,
        ["micro_batch"] = plan.MicroBatch,
        ["evaluation_batch"] = plan.EvaluationBatch,
        ["seed"] = config.Train.Seed,
        ["pack"] = pack.Folder,
        ["pack_hash"] = pack.Hash,
    };

    internal static JsonObject StartEvent(RunConfig config, Pack pack, MultimodalModel model, MemoryPlan plan)
    {
        JsonObject json = config.Resolved.ToJson();
        json.Remove("environment");
        return new JsonObject
        {
            ["format"] = "equipoise-log/1",
            ["method"] = config.Methods.Name,
            ["seed"] = config.Train.Seed,
            ["epochs"] = config.Train.Epochs,
            ["modalities"] = new JsonArray([.. model.Modalities.Select(name => (JsonNode)name)]),
            ["classes"] = new JsonArray([.. pack.Classes.Select(name => (JsonNode)name)]),
            ["pack"] = new JsonObject { ["name"] = pack.Name, ["path"] = pack.Folder, ["hash"] = pack.Hash },
            ["splits"] = new JsonObject(pack.Splits.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["parameters"] = Parameters(model),
            ["config"] = json,
            ["environment"] = Environment(config, pack, model, plan),
        };
    }

    internal static JsonObject Parameters(MultimodalModel model)
    {
        JsonObject json = new() { ["total"] = model.NamedParameters().Sum(pair => pair.Tensor.Count) };
        foreach (string modality in model.Modalities) json[$"encoders.{modality}"] = model.EncoderParameters(modality).Sum(pair => pair.Tensor.Count);
        json["fusion"] = model.Fusion.NamedParameters().Sum(pair => pair.Tensor.Count);
        return json;
    }

    internal static JsonObject EpochEvent(
        int epoch, double learningRate, double seconds, double samplesPerSecond, double waiting, EpochRecord record, Scores val, Dictionary<string, double> figures, bool best) => new()
        {
            ["epoch"] = epoch,
            ["learning_rate"] = learningRate,
            ["seconds"] = seconds,
            ["samples_per_second"] = samplesPerSecond,
            ["waiting"] = waiting,
            ["loss"] = Numbers(record.MeanLosses.Prepend(KeyValuePair.Create("total", record.MeanTotal))),
            ["train"] = new JsonObject
            {
                ["accuracy"] = Accuracy(record, ""),
                ["modalities"] = new JsonObject(record.Correct.Where(pair => pair.Key.Length > 0).Select(pair => KeyValuePair.Create(
                    pair.Key, (JsonNode?)new JsonObject { ["accuracy"] = Accuracy(record, pair.Key) }))),
            },
            ["val"] = val.ToJson(),
            ["figures"] = Numbers(figures),
            ["best"] = best,
        };

    private static double Accuracy(EpochRecord record, string name) => record.Correct.GetValueOrDefault(name) / (double)Math.Max(1, record.Seen.GetValueOrDefault(name));

    private static JsonObject Numbers(IEnumerable<KeyValuePair<string, double>> numbers) =>
        new(numbers.Select(pair => KeyValuePair.Create(pair.Key, double.IsFinite(pair.Value) ? (JsonNode?)pair.Value : null)));
}
