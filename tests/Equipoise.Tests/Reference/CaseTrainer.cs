using System.Text.Json.Nodes;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Replay;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Reference;

/// <summary>Trains a case as written by <see cref="RandomCase"/> with the product's own steps, and says all that came out, by name.</summary>
internal sealed class CaseTrainer : IDisposable
{
    private readonly string _folder;
    private readonly ReplayCase _replay;
    private readonly MultimodalModel _model;

    internal CaseTrainer(string folder)
    {
        TorchRuntime.Threads = 1;
        _folder = folder;
        _replay = ReplayCase.Read(folder);
        using Generator initial = new(0);
        _model = ModelBuilder.Build(_replay.Model, _replay.Methods.UnimodalHeads, initial);
    }

    internal Dictionary<string, double[]> Train()
    {
        using TensorScope scope = TensorScope.Begin();
        LoadStart();
        List<ModelInput> batches = ReadBatches();
        _replay.Methods.Start(_model, batches.Max(batch => batch.Indices.Max()) + 1);
        using Optimizer optimizer = _replay.Optimizer.Make(_model.NamedParameters());
        using Generator noise = new(_replay.NoiseSeed);
        TrainingStep step = Step(optimizer, noise);
        List<EpochRecord> records = [];
        for (int epoch = 0; epoch < _replay.Epochs; epoch++)
        {
            EpochRecord record = new();
            for (int i = 0; i < batches.Count; i++) step.Run(batches[i], new StepPosition(epoch, i, batches.Count), record);
            records.Add(record);
            int now = epoch;
            _replay.Methods.EpochEnd(new EpochContext(_model, optimizer, _replay.Model.Classes, epoch, _replay.Epochs, split => Diagnosis(now, split), (_, _) => { }));
        }
        return Outcome(records, batches[0]);
    }

    public void Dispose()
    {
        _model.Dispose();
        _replay.Methods.Dispose();
    }

    private TrainingStep Step(Optimizer optimizer, Generator noise)
    {
        string path = Path.Combine(_folder, "training.json");
        JsonNode extras = JsonNode.Parse(File.Exists(path) ? File.ReadAllText(path) : "{}")!;
        float[]? weights = extras["class_weights"]?.AsArray().Select(weight => weight!.GetValue<float>()).ToArray();
        LossFunction loss = new(weights is null ? null : Tensor.From(weights, weights.Length), extras["label_smoothing"]?.GetValue<double>() ?? 0);
        return new TrainingStep(_model, _replay.Methods, optimizer, loss, noise, extras["clip_norm"]?.GetValue<double>() ?? 0);
    }

    private void LoadStart()
    {
        using GradMode off = GradMode.Off();
        using SafetensorsReader start = _replay.Open("init.safetensors");
        foreach (var (name, parameter) in _model.NamedParameters()) parameter.CopyInPlace(start.Read(name).ToTensor());
    }

    private List<ModelInput> ReadBatches()
    {
        using SafetensorsReader file = _replay.Open("batches.safetensors");
        List<ModelInput> batches = [];
        for (int i = 0; i < _replay.StepsPerEpoch; i++)
        {
            Dictionary<string, bool[]> present = _model.Modalities.Where(modality => file.Contains($"step{i}.{modality}.present"))
                .ToDictionary(modality => modality, modality => file.Read($"step{i}.{modality}.present").As<bool>().ToArray());
            int[] indices = [.. file.Read($"step{i}.index").As<long>().ToArray().Select(index => (int)index)];
            batches.Add(new ModelInput(_model.Modalities.ToDictionary(name => name, name => file.Read($"step{i}.{name}").ToTensor()), file.Read($"step{i}.label").ToTensor(), indices, present));
        }
        return batches;
    }

    private SplitFeatures Diagnosis(int epoch, string split)
    {
        using SafetensorsReader file = _replay.Open("diagnoses.safetensors");
        return new SplitFeatures(_model.Modalities.ToDictionary(name => name, name =>
        {
            NdArray rows = file.Read($"epoch{epoch}.{split}.{name}");
            return (rows.As<float>().ToArray().Chunk((int)rows.Shape[1]).ToArray(), file.Read($"epoch{epoch}.{split}.{name}.label").As<long>().ToArray());
        }));
    }

    private Dictionary<string, double[]> Outcome(List<EpochRecord> records, ModelInput first)
    {
        Dictionary<string, double[]> found = _model.StateDict().ToDictionary(pair => pair.Name, pair => Doubles(pair.Tensor));
        found["epoch_loss"] = [.. records.Select(record => record.MeanTotal)];
        foreach (string modality in _model.Modalities) found[$"epoch_loss.{modality}"] = [.. records.Select(record => record.MeanLosses.GetValueOrDefault(modality))];
        foreach (var (name, tensor) in _replay.Methods.State()) found[$"state.{name}"] = Doubles(tensor);
        if (found.Remove("state.mla.projection", out double[]? projection)) found["projection"] = projection;
        _model.Train(false);
        using GradMode off = GradMode.Off();
        Prediction prediction = _replay.Methods.Predict(_model, _model.Forward(first));
        found["logits"] = Doubles(prediction.Logits);
        if (prediction.Weights is { } weights)
            foreach (var (modality, weight) in weights) found[$"weight.{modality}"] = Doubles(weight);
        return found;
    }

    private static double[] Doubles(Tensor tensor) => tensor.To(DType.Float64).Contiguous().ToArray<double>();
}
