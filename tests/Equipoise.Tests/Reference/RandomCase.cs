using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Replay;
using Equipoise.Torch;

namespace Equipoise.Tests.Reference;

/// <summary>
/// A small random training in the format of replay cases: encoders, optimiser, data and start are drawn. Where it goes beyond
/// that format, samples lack modalities, labels are smoothed, classes weighed, gradients clipped.
/// </summary>
internal sealed class RandomCase
{
    private const int Classes = 4, Epochs = 3, Steps = 3, Samples = 20;
    private static readonly string[] Names = ["audio", "visual", "text", "touch"];

    private readonly string _folder;
    private readonly SeededRandom _random;
    private readonly string[] _modalities;
    private readonly bool _beyond;

    private RandomCase(string folder, CaseName name)
    {
        _folder = folder;
        _random = new SeededRandom(SeedStream.Derive(7, name.ToString()));
        _modalities = Names[..name.Modalities];
        _beyond = name.Beyond;
    }

    /// <summary>Writes the case into a new folder.</summary>
    internal static void Write(string folder, CaseName name)
    {
        Directory.CreateDirectory(folder);
        RandomCase made = new(folder, name);
        JsonNode method = JsonNode.Parse(name.Method)!;
        JsonObject[] inputs = [.. made._modalities.Select((_, m) => made.Encoder(name.Fusion is "concat" or "sum" or "late" ? 5 + m : 5))];
        JsonObject json = new()
        {
            ["format"] = ReplayCase.Format,
            ["method"] = method,
            ["model"] = new JsonObject
            {
                ["modalities"] = new JsonObject(made._modalities.Zip(inputs, (modality, encoder) => KeyValuePair.Create(modality, (JsonNode?)new JsonObject { ["encoder"] = encoder }))),
                ["fusion"] = made.Fusion(name.Fusion),
                ["classes"] = Classes,
            },
            ["optimizer"] = made.Optimizer(),
            ["epochs"] = Epochs,
            ["steps_per_epoch"] = Steps,
            ["noise_seed"] = made._random.Next(1000),
        };
        File.WriteAllText(Path.Combine(folder, "case.json"), json.ToJsonString());
        if (made._beyond) File.WriteAllText(Path.Combine(folder, "training.json"), made.Beyond().ToJsonString());
        made.WriteStart();
        made.WriteBatches(inputs);
        made.WriteDiagnoses();
    }

    private JsonObject Encoder(int width) => _random.Next(4) switch
    {
        0 or 1 => new JsonObject { ["type"] = "mlp", ["in"] = 6, ["widths"] = new JsonArray(7, width) },
        2 => new JsonObject { ["type"] = "cnn", ["in"] = 2, ["channels"] = new JsonArray(4, width), ["norm"] = "batch" },
        _ => new JsonObject { ["type"] = "cnn", ["in"] = 3, ["channels"] = new JsonArray(4, width) },
    };

    private JsonObject Fusion(string type)
    {
        JsonObject fusion = new() { ["type"] = type };
        if (type is "film" or "gated" && _random.Next(2) == 0) fusion["condition"] = _modalities[1];
        if (type is "late" && _random.Next(2) == 0) fusion["average"] = "probabilities";
        return fusion;
    }

    private JsonObject Optimizer() => _random.Next(5) switch
    {
        0 => new JsonObject { ["type"] = "sgd", ["lr"] = 0.1, ["momentum"] = 0, ["weight_decay"] = 0 },
        1 => new JsonObject { ["type"] = "adam", ["lr"] = 0.01, ["weight_decay"] = 0.001 },
        2 => new JsonObject { ["type"] = "adamw", ["lr"] = 0.01, ["weight_decay"] = 0.01 },
        _ => new JsonObject { ["type"] = "sgd", ["lr"] = 0.05, ["momentum"] = 0.9, ["weight_decay"] = 0.001 },
    };

    private JsonObject Beyond()
    {
        JsonObject json = [];
        if (_random.Next(2) == 0) json["label_smoothing"] = 0.1;
        if (_random.Next(3) == 0) json["class_weights"] = new JsonArray([.. Enumerable.Range(0, Classes).Select(_ => (JsonNode)_random.NextDouble(0.5, 1.5))]);
        if (_random.Next(3) == 0) json["clip_norm"] = _random.NextDouble(0.2, 1);
        return json;
    }

    private void WriteStart()
    {
        using TensorScope scope = TensorScope.Begin();
        ReplayCase replay = ReplayCase.Read(_folder);
        using MethodSet methods = replay.Methods;
        using Generator initial = new(_random.NextULong());
        using MultimodalModel model = ModelBuilder.Build(replay.Model, methods.UnimodalHeads, initial);
        Write("init", model.NamedParameters().Select(pair => KeyValuePair.Create(pair.Name, pair.Tensor.Dimensions == 1
            ? NdArray.From<float>([.. pair.Tensor.ToArray<float>().Select(value => value + (float)(0.1 * _random.NextGaussian()))], pair.Tensor.Count)
            : pair.Tensor.ToArray())));
    }

    private void WriteBatches(JsonObject[] encoders)
    {
        double[] scales = [.. _modalities.Select(_ => _random.NextDouble(0.5, 3))];
        int[] order = [.. Enumerable.Range(0, Samples)];
        _random.Shuffle<int>(order);
        Dictionary<string, NdArray> arrays = [];
        for (int step = 0; step < Steps; step++)
        {
            int[] index = order[(step * 7)..Math.Min(Samples - 1, step * 7 + 7)];
            arrays[$"step{step}.index"] = NdArray.From<long>([.. index.Select(i => (long)i)], index.Length);
            arrays[$"step{step}.label"] = NdArray.From<long>([.. index.Select(_ => (long)_random.Next(Classes))], index.Length);
            for (int m = 0; m < _modalities.Length; m++) arrays[$"step{step}.{_modalities[m]}"] = Normal(scales[m], [index.Length, .. Shape(encoders[m])]);
            if (_beyond && _modalities.Length > 1 && step != 2)
                foreach (var (modality, rows) in Presence(index.Length, wholly: step == 1)) arrays[$"step{step}.{modality}.present"] = NdArray.From<bool>(rows, rows.Length);
        }
        Write("batches", arrays);
    }

    /// <summary>Every sample keeps one modality at least; where a batch lacks one wholly, the others are complete.</summary>
    private Dictionary<string, bool[]> Presence(int samples, bool wholly)
    {
        if (wholly) return new() { [_modalities[_random.Next(_modalities.Length)]] = new bool[samples] };
        int[] kept = [.. Enumerable.Range(0, samples).Select(_ => _random.Next(_modalities.Length))];
        return _modalities.Select((name, m) => (name, Rows: kept.Select(keeps => keeps == m || _random.Next(3) > 0).ToArray())).ToDictionary(pair => pair.name, pair => pair.Rows);
    }

    /// <summary>What a diagnosis sees after each epoch: clusters far apart, in which classes mix more on val than on train.</summary>
    private void WriteDiagnoses()
    {
        Dictionary<string, NdArray> arrays = [];
        foreach (string modality in _modalities)
            for (int epoch = 0; epoch < Epochs; epoch++)
                foreach (var (split, count, mixing) in new[] { ("train", 40, 0.2), ("val", 24, 0.5) })
                {
                    int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes)];
                    int[] clusters = [.. labels.Select(label => _random.NextDouble() < mixing ? _random.Next(Classes) : label)];
                    float[] rows = [.. clusters.SelectMany(cluster => Enumerable.Range(0, Classes).Select(d => (float)((d == cluster ? 3 : 0) + 0.05 * _random.NextGaussian())))];
                    arrays[$"epoch{epoch}.{split}.{modality}"] = NdArray.From<float>(rows, count, Classes);
                    arrays[$"epoch{epoch}.{split}.{modality}.label"] = NdArray.From<long>([.. labels.Select(label => (long)label)], count);
                }
        Write("diagnoses", arrays);
    }

    private static long[] Shape(JsonObject encoder) => encoder["type"]!.GetValue<string>() == "mlp" ? [6] : encoder["in"]!.GetValue<int>() == 3 ? [3, 2, 8, 8] : [2, 8, 8];

    private NdArray Normal(double scale, long[] shape) =>
        NdArray.From<float>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => (float)(scale * _random.NextGaussian()))], shape);

    private void Write(string name, IEnumerable<KeyValuePair<string, NdArray>> arrays) =>
        SafetensorsWriter.Write(Path.Combine(_folder, $"{name}.safetensors"), arrays);
}

/// <summary>What a case trains; the rest of it is drawn.</summary>
/// <param name="Method">The <c>method</c> block as JSON.</param>
/// <param name="Fusion">The fusion.</param>
/// <param name="Modalities">How many modalities.</param>
/// <param name="Beyond">Whether the case goes beyond the format of replay.</param>
public sealed record CaseName(string Method, string Fusion, int Modalities, bool Beyond)
{
    /// <inheritdoc />
    public override string ToString() => $"{Method} {Fusion} {Modalities}{(Beyond ? " beyond" : "")}";
}
