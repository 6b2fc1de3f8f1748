using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Exporting;
using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Exporting;

/// <summary>TorchScript programs run in Python without our code and give the same logits, for every set of present modalities and any batch.</summary>
public sealed class TorchScriptTests : IDisposable
{
    private const string RunAll = """
        import json, sys, numpy, torch
        spec = json.load(open(sys.argv[1])); inputs = numpy.load(sys.argv[2]); out = {}
        folder = sys.argv[1].rsplit('/', 1)[0]
        torch.jit.set_fusion_strategy([])
        for name, wanted in spec['programs'].items():
            net = torch.jit.load(folder + '/' + name).eval()
            with torch.no_grad():
                for size in (1, 4, 7):
                    out[f'{name}@{size}'] = net(*[torch.from_numpy(inputs[key][:size]) for key in wanted]).numpy()
        numpy.savez(sys.argv[3], **out)
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("joint", 2, "concat", "mlp")]
    [InlineData("joint", 3, "concat", "cnn")]
    [InlineData("joint", 3, "sum", "mlp")]
    [InlineData("joint", 2, "film", "cnn")]
    [InlineData("joint", 2, "gated", "mlp")]
    [InlineData("joint", 3, "late", "mlp")]
    [InlineData("mmpareto", 2, "concat", "resnet18")]
    [InlineData("mla", 3, "shared", "mlp")]
    [InlineData("qmf", 2, "late", "cnn")]
    [InlineData("joint", 2, "concat", "vit, size: tiny, patch: 1")]
    public void PythonGivesTheSameLogits(string method, int modalities, string fusion, string encoder)
    {
        using TrainedRun run = Train(method, modalities, fusion, encoder);
        IReadOnlyList<string> files = RunExporter.WriteTorchScript(run, _folder["out/model.pt"]);
        Assert.Equal((1 << modalities) - 1 + 1, files.Count);
        Dictionary<string, NdArray> inputs = run.Config.Inputs.ToDictionary(input => input.Modality.Name, input => Random(input, 7));
        Npz.Write(_folder["inputs.npz"], inputs);
        PythonOracle.Run(RunAll, _folder["out/model.pt.json"], _folder["inputs.npz"], _folder["logits.npz"]);
        var found = Npz.Read(_folder["logits.npz"]);
        JsonObject programs = JsonNode.Parse(File.ReadAllText(_folder["out/model.pt.json"]))!["programs"]!.AsObject();
        foreach (var (file, wanted) in programs)
            foreach (int size in (int[])[1, 4, 7])
                Assert.Equal(Logits(run, inputs, [.. wanted!.AsArray().Select(name => name!.GetValue<string>())], size), found[string.Create(CultureInfo.InvariantCulture, $"{file}@{size}")].As<float>().ToArray(), Weights.PaperModels.Near);
    }

    [Theory]
    [InlineData("mla", "shared", "method.fusion=fixed;method.weights=[3, 1]")]
    [InlineData("joint", "film", "model.fusion.projection=4;model.modalities.audio.encoder.widths=[5]")]
    public void FixedWeightsAndProjectionsAreInTheProgram(string method, string fusion, string settings)
    {
        using TrainedRun run = Train(method, 2, fusion, "mlp", [.. settings.Split(';').Select(setting => setting.Split('=')).Select(pair => (pair[0], pair[1]))]);
        RunExporter.WriteTorchScript(run, _folder["out/model.pt"]);
        Dictionary<string, NdArray> inputs = run.Config.Inputs.ToDictionary(input => input.Modality.Name, input => Random(input, 7));
        Npz.Write(_folder["inputs.npz"], inputs);
        PythonOracle.Run(RunAll, _folder["out/model.pt.json"], _folder["inputs.npz"], _folder["logits.npz"]);
        var found = Npz.Read(_folder["logits.npz"]);
        Assert.Equal(Logits(run, inputs, ["audio", "visual"], 4), found["model.pt@4"].As<float>().ToArray(), Weights.PaperModels.Near);
        Assert.Equal(Logits(run, inputs, ["visual"], 4), found["model.visual.pt@4"].As<float>().ToArray(), Weights.PaperModels.Near);
    }

    [Fact]
    public void WhatDependsOnTheBatchIsRefusedAndAFailureIsToldAsItIs()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(0);
        using Torch.Nn.Linear layer = new(2, 3, generator);
        Tensor[] three = [Tensor.Ones(3, 2)], five = [Tensor.Ones(5, 2)];
        long live = TensorDiagnostics.Live;
        void Save(Func<Tensor, Tensor> forward) => ScriptTracer.Save(_folder["x.pt"], layer, ["x"], three, five, x => forward(layer.Forward(x[0])));
        Assert.Equal("mine", Assert.Throws<InvalidOperationException>(() => Save(_ => throw new InvalidOperationException("mine"))).Message);
        Assert.Throws<ArgumentException>(() => Save(x => x * Tensor.From(new float[x.Shape[0]], x.Shape[0], 1)));
        Assert.Throws<ArgumentException>(() => Save(x => x * (x.Shape[0] + 0.5)));
        Assert.Throws<ArgumentException>(() => Save(x => x.Narrow(0, 0, x.Shape[0] - 1)));
        Assert.Throws<ArgumentException>(() => Save(x => x.Shape[0] == 3 ? x : x.Relu()));
        Save(x => x.Reshape(x.Shape[0] * 3, 1) + Tensor.Zeros(x.Shape[0] * 3, 1));
        Assert.Equal(live, TensorDiagnostics.Live);
        Assert.Equal("(12, 1)", PythonOracle.Run("import sys, torch; print(tuple(torch.jit.load(sys.argv[1])(torch.ones(4, 2)).shape))", _folder["x.pt"]).Trim());
    }

    private static float[] Logits(TrainedRun run, Dictionary<string, NdArray> inputs, string[] present, int size)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        ModelInput input = new ModelInput(inputs.ToDictionary(pair => pair.Key, pair => pair.Value.ToTensor().Narrow(0, 0, size)), null)
            .Without([.. run.Model.Modalities.Except(present)]);
        return run.Config.Methods.Predict(run.Model, run.Model.Forward(input)).Logits.Contiguous().ToArray<float>();
    }

    private static NdArray Random(ModalityInput input, int samples)
    {
        long[] shape = BatchLayout.Of(input.Delivered, samples);
        SeededRandom random = new(3);
        return NdArray.From<float>([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, length) => product * length)).Select(_ => (float)random.NextGaussian())], shape);
    }

    private TrainedRun Train(string method, int modalities, string fusion, string encoder, params (string, string)[] settings)
    {
        bool maps = !encoder.StartsWith("mlp", StringComparison.Ordinal);
        string pack = SmallPack.Make(_folder["pack"], modalities, spectrograms: maps);
        string[] names = [.. ((string[])["audio", "visual", "text"])[..modalities]];
        Runs.Train(
            pack, _folder["run"], method,
            [
                ("train.epochs", "1"), ("train.batch_size", "60"), ("train.optimizer.lr", "0.01"), ("model.fusion.type", fusion),
                ("model.modalities", $"{{{string.Join(", ", names.Select(name => $"{name}: {{encoder: {{type: {encoder}}}}}"))}}}"), .. settings,
            ]);
        return TrainedRun.Open(_folder["run"]);
    }
}
