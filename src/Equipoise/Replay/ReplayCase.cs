using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;

namespace Equipoise.Replay;

/// <summary>A recorded training trace: what to train, from which start, on which batches, and what came out.</summary>
internal sealed record ReplayCase(
    string Folder, ModelSpec Model, MethodSet Methods, OptimizerSpec Optimizer, int Epochs, int StepsPerEpoch, ulong NoiseSeed, IReadOnlyList<string>? ParameterOrder)
{
    internal const string Format = "equipoise-replay/1";

    /// <summary>Reads a case folder.</summary>
    /// <exception cref="ProblemException">The folder is no case.</exception>
    internal static ReplayCase Read(string folder)
    {
        string path = Path.Combine(folder, "case.json");
        if (!File.Exists(path)) throw new ProblemException($"{folder}: is no replay case (it holds no case.json); give a folder such as tests/golden/qmf");
        ProblemList problems = new();
        YamlMap map = YamlMap.Load(path, problems);
        if (map.Text("format") != Format) map.Problem("format", $"is '{map.Text("format")}'", $"this program replays {Format}");
        map.Text("about");
        MethodSet methods = ReadMethods(map);
        ModelSpec model = ReadModel(map, methods);
        OptimizerSpec optimizer = OptimizerSpec.Read(map.Map("optimizer"));
        IReadOnlyList<string>? order = map.Text("init", "file") == "sinusoid" ? map.Texts("parameter_order") ?? [] : null;
        int epochs = map.Integer("epochs", 1, min: 1), steps = map.Integer("steps_per_epoch", 1, min: 1);
        ulong seed = (ulong)map.Integer("noise_seed", 0, min: 0);
        map.RejectUnknown();
        problems.ThrowIfAny();
        return new ReplayCase(folder, model, methods, optimizer, epochs, steps, seed, order);
    }

    /// <summary>Opens one of the case's tensor files.</summary>
    internal SafetensorsReader Open(string name) => SafetensorsReader.Open(Path.Combine(Folder, name));

    private static MethodSet ReadMethods(YamlMap map)
    {
        IReadOnlyList<YamlMap> blocks = map.MapList("method") ?? [];
        return new MethodSet([.. blocks.Select(block => MethodRegistry.Read(block)).OfType<BalancingMethod>()]);
    }

    private static ModelSpec ReadModel(YamlMap map, MethodSet methods)
    {
        if (map.Map("model") is not { } model)
        {
            map.Problem("model", "is missing", "write {modalities: …, fusion: …, classes: …}");
            return new ModelSpec([], new FusionSpec("concat"), 2);
        }
        List<ModalitySpec> modalities = [];
        foreach (var (name, block) in model.Maps("modalities"))
            if (block.Map("encoder") is { } encoder) modalities.Add(new ModalitySpec(name, ModelReader.Encoder(encoder, modality: null)));
        FusionSpec fusion = ModelReader.Fusion(model.Map("fusion"), methods.DefaultFusion, [.. modalities.Select(modality => modality.Name)]);
        if (modalities.Count == 0) model.Problem("modalities", "are missing", "name at least one with its encoder");
        if (methods.Refuses(fusion.Type, [.. modalities.Select(modality => modality.Name)]) is { } refusal) model.Problem("fusion", $"does not fit: {refusal.Reason}", refusal.Remedy);
        return new ModelSpec(modalities, fusion, model.Integer("classes", 2, min: 2));
    }
}
