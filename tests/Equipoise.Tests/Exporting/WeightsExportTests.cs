using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Exporting;
using Equipoise.Formats;
using Equipoise.Tests.Training;
using Equipoise.Tests.Weights;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Exporting;

/// <summary>A run trained here opens in Python, strictly and under the papers' names, and gives the same logits.</summary>
public sealed class WeightsExportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("concat", "joint", "concat")]
    [InlineData("sum", "joint", "sum")]
    [InlineData("film", "joint", "film")]
    [InlineData("gated", "joint", "gated")]
    [InlineData("shared", "mla", "shared")]
    [InlineData("concat", "mmpareto", "mmpareto")]
    public void ThePapersModelsTakeItAndGiveTheSameLogits(string fusion, string method, string paper)
    {
        using TensorScope scope = TensorScope.Begin();
        using TrainedRun run = Train(method, fusion);
        PaperModels.Make(paper, channels: 1, _folder.Path);
        RunExporter.WriteWeights(run, _folder["exported.pth"], ExportFormat.Pth, "papers");
        PaperModels.Load(paper, channels: 1, _folder.Path);
        Assert.Equal(run.Model.Forward(PaperModels.Inputs(_folder.Path)).Logits.ToArray<float>(), PaperModels.Logits(_folder.Path), PaperModels.Near);
    }

    [Fact]
    public void AnEncoderIsTorchvisionsAndEveryTensorHasTheSameBits()
    {
        using TrainedRun run = Train("joint", "concat");
        IReadOnlyList<string> files = RunExporter.WriteWeights(run, _folder["a/visual.pth"], ExportFormat.Pth, part: "encoders.visual");
        Assert.Equal([_folder["a/visual.pth"], _folder["a/visual.pth.json"]], files);
        PythonOracle.Run("""
            import sys, torch, torchvision
            m = torchvision.models.resnet18(); m.conv1 = torch.nn.Conv2d(1, 64, 7, 2, 3, bias=False); m.fc = torch.nn.Identity()
            print(m.load_state_dict(torch.load(sys.argv[1]), strict=True))
            """, _folder["a/visual.pth"]);
        RunExporter.WriteWeights(run, _folder["all.safetensors"], ExportFormat.Safetensors);
        RunExporter.WriteWeights(run, _folder["all.pth"], ExportFormat.Pth);
        using TensorScope scope = TensorScope.Begin();
        using ITensorFile safe = TensorFile.Open(_folder["all.safetensors"]), torch = TensorFile.Open(_folder["all.pth"]);
        Assert.Equal(safe.Names, torch.Names);
        foreach (var (name, tensor) in run.Model.StateDict())
        {
            Assert.Equal(tensor.ToBytes(), safe.Read(name).Data);
            Assert.Equal(tensor.ToBytes(), torch.Read(name).Data);
        }
    }

    [Fact]
    public void WhatGoesInAndHowItIsNormalisedIsSaid()
    {
        using TrainedRun run = Train("joint", "concat");
        RunExporter.WriteWeights(run, _folder["w.safetensors"], ExportFormat.Safetensors);
        JsonNode said = JsonNode.Parse(File.ReadAllText(_folder["w.safetensors.json"]))!;
        using SafetensorsReader file = SafetensorsReader.Open(_folder["w.safetensors"]);
        Assert.Equal(said.ToJsonString(), JsonNode.Parse(file.Metadata["equipoise"])!.ToJsonString());
        Assert.Equal(run.Config.Inputs[0].Normalisation.Mean[0], said["modalities"]!["audio"]!["mean"]![0]!.GetValue<double>());
        Assert.Equal("[1,2,3]", said["modalities"]!["audio"]!["shape"]!.ToJsonString());
        Assert.Equal("""["x","y","z"]""", said["classes"]!.ToJsonString());
    }

    [Fact]
    public void WhatCannotBeNamedIsRefused()
    {
        using TrainedRun run = Train("uniform", "sum");
        Assert.Contains("no name for fusion.heads", Refused(run, "papers", null), StringComparison.Ordinal);
        Assert.Contains("did you mean encoders.visual?", Refused(run, "own", "encoders.visul"), StringComparison.Ordinal);
        Assert.Contains("did you mean papers?", Refused(run, "paper", null), StringComparison.Ordinal);
    }

    private string Refused(TrainedRun run, string names, string? part) =>
        Assert.Throws<ProblemException>(() => RunExporter.WriteWeights(run, _folder["x.pth"], ExportFormat.Pth, names, part)).Message;

    private TrainedRun Train(string method, string fusion)
    {
        string pack = SmallPack.Make(_folder["pack"], spectrograms: true);
        Runs.Train(
            pack, _folder["run"], method, ("train.epochs", "1"), ("train.batch_size", "60"), ("train.optimizer.lr", "0.001"), ("model.fusion.type", fusion),
            ("model.modalities", "{audio: {encoder: {type: resnet18}}, visual: {encoder: {type: resnet18}}}"));
        return TrainedRun.Open(_folder["run"]);
    }
}
