using System.Globalization;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Weights;

namespace Equipoise.Configuration;

/// <summary>
/// Reads a configuration: defaults, then the file, then what the command line gives. Every problem is told at once; what is left
/// open is chosen from the pack and the method, and written out.
/// </summary>
public sealed class RunConfigReader
{
    private readonly ProblemList _problems = new();
    private readonly YamlMap _root;
    private readonly Plugins? _plugins;
    private readonly string _baseFolder;
    private readonly List<WeightsSpec> _weights = [];

    /// <summary>Starts from a file, or from nothing.</summary>
    /// <param name="configPath">A YAML file; null for defaults alone.</param>
    /// <param name="plugins">The program's own methods, encoders and fusions; null for none.</param>
    /// <exception cref="Formats.InvalidFileException">The file does not exist.</exception>
    public RunConfigReader(string? configPath = null, Plugins? plugins = null)
    {
        _plugins = plugins;
        _root = configPath is null ? YamlMap.Parse("", "defaults", _problems) : YamlMap.Load(configPath, _problems);
        _baseFolder = configPath is null ? Path.GetFullPath(".") : Path.GetDirectoryName(Path.GetFullPath(configPath))!;
    }

    /// <summary>Takes over what a command line, or a program, says beside the file.</summary>
    /// <param name="data">A pack, relative to the working folder; null to keep the file's.</param>
    /// <param name="method">A method's name, which replaces the whole <c>method</c> block; null to keep the file's.</param>
    /// <param name="settings">Dotted keys and YAML values; null for none.</param>
    public RunConfigReader Override(string? data = null, string? method = null, IEnumerable<(string Key, string Value)>? settings = null)
    {
        if (data is not null) _root.Set("data", Quote(Path.GetFullPath(data)));
        if (method is not null)
        {
            _root.Remove("method");
            _root.Set("method.name", method);
        }
        foreach (var (key, value) in settings ?? []) _root.Set(key, value);
        return this;
    }

    /// <summary>Resolves the configuration against its pack, which is opened (but no split of it, unless statistics of train are needed).</summary>
    /// <exception cref="ProblemException">The configuration has problems; all are told.</exception>
    public (RunConfig Config, Pack Pack) Resolve() => Resolve(Pack.Open);

    internal (RunConfig Config, Pack Pack) Resolve(Func<string, Pack> open)
    {
        string data = Path.GetFullPath(_root.Required("data", "packs/talking-digits"), _baseFolder);
        Blocks blocks = ReadBlocks();
        if (_problems.Count > 0 && !Directory.Exists(data)) Finish();
        Pack pack = open(data);
        try
        {
            return (Resolve(pack, data, blocks), pack);
        }
        catch
        {
            pack.Dispose();
            throw;
        }
    }

    /// <summary>Resolves the configuration against a pack that is open already, whatever it says of <c>data</c>.</summary>
    /// <param name="pack">A pack; the caller goes on owning it.</param>
    /// <exception cref="ProblemException">The configuration has problems; all are told.</exception>
    public RunConfig Resolve(Pack pack)
    {
        _root.Has("data");
        return Resolve(pack, pack.Folder, ReadBlocks());
    }

    private Blocks ReadBlocks()
    {
        _root.Has("environment");
        YamlMap trainBlock = _root.Map("train") ?? Empty("train");
        TrainSettings train = TrainSettings.Read(trainBlock);
        string selectBy = (_root.Map("select") ?? Empty("select")).Choice("metric", "accuracy", ["accuracy", "macro_f1", "loss"]);
        IReadOnlyList<YamlMap> methods = _root.MapList("method") ?? [YamlMap.Parse("name: joint", "defaults", _problems)];
        return new Blocks(trainBlock, train, selectBy, [.. methods.Select(block => MethodRegistry.Read(block, _plugins)).OfType<BalancingMethod>()], _root.Map("model") ?? Empty("model"));
    }

    private RunConfig Resolve(Pack pack, string data, Blocks blocks)
    {
        var (train, selectBy, model, methods) = (blocks.Train, blocks.SelectBy, blocks.Model, new MethodSet(blocks.Methods));
        IReadOnlyList<(PackModality Modality, EncoderSpec Encoder, YamlMap? Input, int Frames)> modalities = Modalities(pack, model, methods);
        string[] names = [.. modalities.Select(entry => entry.Modality.Name)];
        if (WeightsSpec.Read(model, "", _baseFolder) is { } whole) _weights.Insert(0, whole);
        FusionSpec fusion = ModelReader.Fusion(model.Map("fusion"), methods.DefaultFusion, names, _plugins);
        if (methods.Refuses(fusion.Type, names) is { } refusal) model.Problem("fusion", $"does not fit: {refusal.Reason}", refusal.Remedy);
        if (train.Accumulate > 1) CheckOneStep(blocks.TrainBlock, "accumulate", methods);
        if (train.Memory > 0) CheckOneStep(blocks.TrainBlock, "memory", methods);
        if (methods.Methods.Any(method => method is Unimodal)) fusion = new FusionSpec("late", Projection: fusion.Projection);
        else if (names.Length < 2) model.Problem("modalities", $"are {names.Length}", "a multimodal model takes two or more; method unimodal takes one");
        ModelSpec spec = new([.. modalities.Select(entry => new ModalitySpec(entry.Modality.Name, entry.Encoder))], fusion, pack.Classes.Count);
        ModalityInput[] inputs = [.. modalities.Select(entry => ReadInput(entry.Modality, entry.Input, entry.Frames, () => train.Missing.Apply(pack.Split("train"), names)))];
        Finish();
        WriteOut(data, spec, inputs, train, selectBy);
        return new RunConfig(data, spec, inputs, methods, train, selectBy, _weights, _root);
    }

    private List<(PackModality, EncoderSpec, YamlMap?, int)> Modalities(Pack pack, YamlMap model, MethodSet methods)
    {
        IReadOnlyList<(string Name, YamlMap Value)> blocks = model.Maps("modalities");
        string? only = methods.Methods.OfType<Unimodal>().FirstOrDefault()?.Modality;
        List<(PackModality, EncoderSpec, YamlMap?, int)> entries = [];
        foreach (string name in blocks.Count > 0 ? blocks.Select(block => block.Name) : pack.Modalities.Select(modality => modality.Name))
        {
            YamlMap? block = blocks.FirstOrDefault(candidate => candidate.Name == name).Value;
            PackModality? modality = pack.Modalities.FirstOrDefault(candidate => candidate.Name == name);
            if (modality is null) model.Problem("modalities", $"name {name}, which the pack does not have", Nearest.Remedy(name, [.. pack.Modalities.Select(candidate => candidate.Name)]));
            else
            {
                YamlMap? input = block?.Raw("input") == "imagenet" ? Empty("input", "mean: imagenet") : block?.Map("input");
                int frames = ReadFrames(modality, input);
                PackModality seen = modality.WithFrames(frames);
                EncoderSpec encoder = ModelReader.Encoder(block?.Map("encoder") ?? Empty("encoder", EncoderRegistry.Default(seen)), seen, _plugins);
                WeightsSpec? weights = block is null ? null : WeightsSpec.Read(block, $"encoders.{name}", _baseFolder);
                if (only is not null && only != name)
                {
                    foreach (string key in (string[])["mean", "std", "augment"]) _ = input?.Has(key); // Known, though of no use to this run.
                    continue;
                }
                entries.Add((modality, encoder, input, frames));
                if (weights is not null) _weights.Add(weights);
            }
        }
        if (only is not null && entries.Count == 0) _root.Problem("method", $"trains {only} alone, which the model does not have", Nearest.Remedy(only, [.. pack.Modalities.Select(modality => modality.Name)]));
        return entries;
    }

    private static int ReadFrames(PackModality modality, YamlMap? map)
    {
        int frames = map?.Integer("frames", 0, min: 0, max: 1_000_000) ?? 0;
        if (frames > modality.Frames) map!.Problem("frames", $"asks for {frames} frames of {modality.Name}, which has {modality.Frames}", "ask for fewer, or leave it out");
        return frames;
    }

    private ModalityInput ReadInput(PackModality modality, YamlMap? map, int frames, Func<PackSplit> samples)
    {
        List<Augmentation> augment = [];
        foreach (string text in map?.Texts("augment") ?? [])
        {
            Augmentation? read = Augmentation.Read(text);
            bool fits = read is not null && (read.IsOfPictures ? modality.IsPicture : modality.Kind == ModalityKind.Spectrogram);
            if (read is null) map!.Problem("augment", $"names {text}", Nearest.Remedy(text.Split(':')[0], Augmentation.Names));
            else if (!fits) map!.Problem("augment", $"gives {read.Name} to {modality.Name}, which is no {(read.IsOfPictures ? "picture" : "spectrogram")}", "leave it out");
            else augment.Add(read);
        }
        InputNormalisation? normalisation = map is null ? null : Normalisation(map, modality);
        if (normalisation is null && _problems.Count == 0) normalisation = InputNormalisation.Compute(samples(), modality);
        return new ModalityInput(modality, normalisation ?? new InputNormalisation([0], [1]), augment, frames);
    }

    private static InputNormalisation? Normalisation(YamlMap map, PackModality modality)
    {
        if (map.Raw("mean") == "imagenet" || map.Raw("std") == "imagenet")
        {
            if (modality.IsPicture && modality.Channels == 3) return InputNormalisation.ImageNet;
            map.Problem("mean", $"is imagenet for {modality.Name}", "these constants are for pictures of three channels; write mean and std");
            return null;
        }
        if (!map.Has("mean") && !map.Has("std")) return null;
        double[] mean = [.. map.Numbers("mean") ?? [0]], std = [.. map.Numbers("std") ?? [1]];
        int channels = modality.IsPicture ? (int)modality.Channels : 1;
        if (mean.Length != std.Length || (mean.Length != 1 && mean.Length != channels) || std.Any(value => value <= 0))
            map.Problem("mean", "and std do not fit", $"write one number each, or {channels}, std above 0");
        return new InputNormalisation(mean, std);
    }

    /// <summary>Gradients of several batches, or of parts of one, are added up before a step: a batch has one step then.</summary>
    private static void CheckOneStep(YamlMap train, string key, MethodSet methods)
    {
        if (methods.StepsWithinBatch is { } name) train.Problem(key, $"does not go with method {name}, which steps several times in every batch", "leave it out, or choose another method");
    }

    private void Finish()
    {
        _root.RejectUnknown();
        _problems.ThrowIfAny();
    }

    /// <summary>An absent block whose keys all take their defaults.</summary>
    private YamlMap Empty(string source, string text = "") => YamlMap.Parse(text, source, _problems);

    private void WriteOut(string data, ModelSpec model, ModalityInput[] inputs, TrainSettings train, string selectBy)
    {
        _root.Set("data", Quote(data));
        foreach (var (modality, input) in model.Modalities.Zip(inputs))
        {
            string key = $"model.modalities.{modality.Name}";
            if (modality.Encoder.Settings is { } settings) _root.Set($"{key}.encoder", settings);
            string augment = string.Join(", ", input.Augmentations);
            string frames = input.Frames > 0 ? $", frames: {input.Frames}" : "";
            _root.Set($"{key}.input", $"{{mean: {List(input.Normalisation.Mean)}, std: {List(input.Normalisation.Std)}, augment: [{augment}]{frames}}}");
        }
        foreach (WeightsSpec weights in _weights) _root.Set(weights.Part.Length > 0 ? $"model.modalities.{weights.Part["encoders.".Length..]}.weights" : "model.weights", weights.ToYaml());
        if (model.Fusion.Make is null) _root.Set("model.fusion", Describe(model.Fusion));
        if (!_root.Has("method")) _root.Set("method", "{name: joint}");
        OptimizerSpec optimizer = train.Optimizer;
        string momentum = optimizer.Type == "sgd" ? $", momentum: {Number(optimizer.Momentum)}" : "";
        _root.Set("train.epochs", Number(train.Epochs));
        _root.Set("train.batch_size", Number(train.BatchSize));
        _root.Set("train.accumulate", Number(train.Accumulate));
        if (train.Memory > 0) _root.Set("train.memory", MemorySize.ToYaml(train.Memory));
        _root.Set("train.optimizer", $"{{type: {optimizer.Type}, lr: {Number(optimizer.LearningRate)}{momentum}, weight_decay: {Number(optimizer.WeightDecay)}{optimizer.Parts.ToYaml()}}}");
        if (train.Freeze.Parts.Count > 0) _root.Set("train.freeze", train.Freeze.ToYaml());
        string step = train.Schedule.Kind == Torch.Optimizers.ScheduleKind.Step ? $", every: {train.Schedule.Every}, factor: {Number(train.Schedule.Factor)}" : "";
        _root.Set("train.schedule", $"{{type: {train.Schedule.Kind.ToString().ToLowerInvariant()}{step}, warmup: {train.Schedule.Warmup}}}");
        foreach (var (key, value) in new[] { ("precision", train.Precision), ("seed", Number(train.Seed)), ("device", $"{train.Device}"), ("threads", Number(train.Threads)), ("patience", Number(train.Patience)), ("clip_norm", Number(train.ClipNorm)), ("label_smoothing", Number(train.LabelSmoothing)), ("class_weights", train.BalancedClasses ? "balanced" : "none"), ("sampling", TrainSettings.Samplings.Single(pair => pair.Value == train.Sampling).Key), ("last_batch", train.DropLast ? "drop" : "keep"), ("workers", Number(train.Workers)) })
            _root.Set($"train.{key}", value);
        if (!train.Device.IsCpu) _root.Set("train.tf32", train.Tf32 ? "true" : "false");
        if (!train.Device.IsCpu) _root.Set("train.deterministic", train.Deterministic ? "true" : "false");
        if (train.Missing.Rate > 0) _root.Set("train.missing", $"{{rate: {Number(train.Missing.Rate)}, seed: {train.Missing.Seed}, mode: {train.Missing.Mode.ToString().ToLowerInvariant()}}}");
        _root.Set("select.metric", selectBy);
    }

    private static string Describe(FusionSpec fusion)
    {
        string condition = fusion.Condition is { } name ? $", condition: {name}" : "";
        string average = fusion.Type == "late" ? $", average: {fusion.Average}" : "";
        string projection = fusion.Projection > 0 ? $", projection: {fusion.Projection}" : "";
        return $"{{type: {fusion.Type}{condition}{average}{projection}}}";
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private static string List(double[] values) => $"[{string.Join(", ", values.Select(Number))}]";

    /// <summary>What can be read before the pack is known.</summary>
    private sealed record Blocks(YamlMap TrainBlock, TrainSettings Train, string SelectBy, BalancingMethod[] Methods, YamlMap Model);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
