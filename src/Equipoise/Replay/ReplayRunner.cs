using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Replay;

/// <summary>Replays a recorded trace and compares: the proof that a method is the method.</summary>
public static class ReplayRunner
{
    /// <summary>Runs one case.</summary>
    /// <param name="folder">A folder with case.json, batches.safetensors, expected.safetensors and, unless described by a rule, init.safetensors.</param>
    /// <param name="tolerance">The largest relative error that passes.</param>
    /// <param name="device">Where it is computed; on the processor by default.</param>
    /// <exception cref="ProblemException">The folder is no case.</exception>
    /// <exception cref="InvalidFileException">One of its files is absent or damaged.</exception>
    public static ReplayResult Run(string folder, double tolerance = 1e-4, Device device = default)
    {
        using DeviceScope there = DeviceScope.Begin(device);
        try
        {
            return Run(ReplayCase.Read(folder), tolerance);
        }
        catch (Exception error) when (error is (TensorException and not TensorOutOfMemoryException) or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException or IndexOutOfRangeException or KeyNotFoundException)
        {
            throw new ProblemException($"{folder}: cannot be replayed ({error.Message}); its files do not fit together, or the method does not fit them");
        }
    }

    private static ReplayResult Run(ReplayCase replay, double tolerance)
    {
        using MethodSet methods = replay.Methods;
        using Generator initial = new(0);
        using MultimodalModel model = ModelBuilder.Build(replay.Model, methods.UnimodalHeads, initial);
        Dictionary<string, double[]> series = Train(replay, model, methods);
        return Compare(replay, model, methods, series, tolerance);
    }

    private static Dictionary<string, double[]> Train(ReplayCase replay, MultimodalModel model, MethodSet methods)
    {
        using TensorScope scope = TensorScope.Begin();
        LoadStart(replay, model);
        List<ModelInput> batches = ReadBatches(replay);
        methods.Start(model, batches.Max(batch => batch.Indices.Max()) + 1);
        using Optimizer optimizer = replay.Optimizer.Make(model);
        using Generator noise = new(replay.NoiseSeed);
        TrainingStep step = new(model, methods, optimizer, new LossFunction(), noise);
        List<EpochRecord> records = [];
        for (int epoch = 0; epoch < replay.Epochs; epoch++)
        {
            EpochRecord record = new();
            for (int i = 0; i < batches.Count; i++) step.Run(batches[i], new StepPosition(epoch, i, batches.Count), record);
            records.Add(record);
        }
        Dictionary<string, double[]> series = new() { ["epoch_loss"] = [.. records.Select(record => record.MeanTotal)] };
        foreach (string modality in model.Modalities)
            series[$"epoch_loss.{modality}"] = [.. records.Select(record => record.MeanLosses.GetValueOrDefault(modality))];
        return series;
    }

    private static void LoadStart(ReplayCase replay, MultimodalModel model)
    {
        using GradMode off = GradMode.Off();
        Dictionary<string, Tensor> parameters = model.NamedParameters().ToDictionary(pair => pair.Name, pair => pair.Tensor);
        if (replay.ParameterOrder is { } order)
        {
            for (int k = 0; k < order.Count; k++)
                if (parameters.TryGetValue(order[k], out Tensor? parameter)) Sinusoid.Fill(parameter, order[k], k);
                else throw new ProblemException($"{replay.Folder}: the model has no parameter {order[k]}; check model and parameter_order");
            return;
        }
        using SafetensorsReader start = replay.Open("init.safetensors");
        foreach (var (name, parameter) in parameters)
        {
            NdArray array = start.Read(name);
            if (!array.Shape.SequenceEqual(parameter.Shape))
                throw new ProblemException($"{replay.Folder}: {name} has shape [{string.Join(", ", array.Shape)}] in init.safetensors and [{string.Join(", ", parameter.Shape)}] in the model");
            parameter.CopyInPlace(array.ToTensor());
        }
    }

    private static List<ModelInput> ReadBatches(ReplayCase replay)
    {
        using SafetensorsReader file = replay.Open("batches.safetensors");
        List<ModelInput> batches = [];
        for (int i = 0; i < replay.StepsPerEpoch; i++)
        {
            Tensor labels = file.Read($"step{i}.label").ToTensor();
            int[] indices = file.Contains($"step{i}.index")
                ? [.. file.Read($"step{i}.index").As<long>().ToArray().Select(index => (int)index)]
                : [.. Enumerable.Range(0, (int)labels.Count)];
            Dictionary<string, Tensor> inputs = replay.Model.Modalities.ToDictionary(modality => modality.Name, modality => file.Read($"step{i}.{modality.Name}").ToTensor());
            batches.Add(new ModelInput(inputs, labels, indices, new Dictionary<string, bool[]>()));
        }
        return batches;
    }

    private static ReplayResult Compare(ReplayCase replay, MultimodalModel model, MethodSet methods, Dictionary<string, double[]> series, double tolerance)
    {
        using TensorScope scope = TensorScope.Begin();
        Dictionary<string, double[]> got = model.StateDict().ToDictionary(pair => pair.Name, pair => Doubles(pair.Tensor));
        foreach (var (name, values) in series) got[name] = values;
        foreach (Mla mla in methods.Methods.OfType<Mla>())
            if (mla.Projection is { } projection) got["projection"] = Doubles(projection);
        using SafetensorsReader expected = replay.Open("expected.safetensors");
        Dictionary<string, double> errors = expected.Names.ToDictionary(name => name, name => Error(name, got, Doubles(expected.Read(name).ToTensor())));
        string caseName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(replay.Folder)));
        var worst = errors.MaxBy(pair => double.IsNaN(pair.Value) ? double.PositiveInfinity : pair.Value);
        return new ReplayResult(caseName, worst.Value <= tolerance, worst.Value, worst.Key, errors);
    }

    private static double[] Doubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    /// <summary><c>‖got − expected‖ / ‖expected‖</c>, absolute where expected is 0; infinite for a name that we lack.</summary>
    private static double Error(string name, Dictionary<string, double[]> got, double[] expected)
    {
        string[] parts = name.Split("@every:");
        if (!got.TryGetValue(parts[0], out double[]? values)) return double.PositiveInfinity;
        if (parts.Length == 2)
        {
            if (!int.TryParse(parts[1], out int every) || every < 1) return double.PositiveInfinity;
            values = [.. values.Where((_, i) => i % every == 0)];
        }
        if (values.Length != expected.Length) return double.PositiveInfinity;
        double difference = Math.Sqrt(values.Zip(expected).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));
        double norm = Math.Sqrt(expected.Sum(value => value * value));
        return norm > 0 ? difference / norm : difference;
    }
}

/// <summary>How a case went.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Passed">Whether the largest error is within the tolerance.</param>
/// <param name="Error">The largest relative error.</param>
/// <param name="Worst">The tensor that has it.</param>
/// <param name="Tensors">The error of every tensor.</param>
public sealed record ReplayResult(string Name, bool Passed, double Error, string Worst, IReadOnlyDictionary<string, double> Tensors);
