using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Training;
using Equipoise.Weights;

namespace Equipoise.Tests.Weights;

/// <summary>Published weights land where they belong, everything that does not fit is said, and strict means strict.</summary>
public sealed class LoadingTests : IDisposable
{
    private const string ResNets = "{audio: {encoder: {type: resnet18}}, visual: {encoder: {type: resnet18}}}";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("concat", "joint")]
    [InlineData("sum", "joint")]
    [InlineData("film", "joint")]
    [InlineData("gated", "joint")]
    [InlineData("shared", "joint")]
    [InlineData("mmpareto", "uniform")]
    public void ACheckpointOfAPaperGivesItsLogits(string paper, string method)
    {
        using TensorScope scope = TensorScope.Begin();
        PaperModels.Make(paper, channels: 1, _folder.Path);
        using Loaded loaded = Load(method, ("model.modalities", ResNets), ("model.fusion.type", paper == "mmpareto" ? "concat" : paper), ("model.weights", _folder["paper.pth"]));
        Assert.True(loaded.Reports.Single().IsWhole);
        Assert.All(loaded.Reports.Single().LeftOut, name => Assert.EndsWith("num_batches_tracked", name, StringComparison.Ordinal));
        Assert.Equal(PaperModels.Logits(_folder.Path), loaded.Model.Forward(PaperModels.Inputs(_folder.Path)).Logits.ToArray<float>(), PaperModels.Near);
    }

    [Fact]
    public void AnEncoderTakesTorchvisionsResNetOrOneFromAWholeModel()
    {
        using TensorScope scope = TensorScope.Begin();
        PaperModels.Make("concat", channels: 1, _folder.Path);
        using Loaded alone = Load("joint", ("model.modalities", ResNets), ("model.modalities.visual.weights", _folder["encoder.pth"]));
        using Loaded within = Load("joint", ("model.modalities", ResNets), ("model.modalities.visual.weights", $"{{file: {_folder["paper.pth"]}, prefix: audio_net}}"));
        Tensor input = PaperModels.Inputs(_folder.Path).Inputs["audio"];
        foreach (Loaded loaded in (Loaded[])[alone, within])
            Assert.Equal(PaperModels.Logits(_folder.Path, "audio"), loaded.Model.Encoder("visual").Forward(input).ToArray<float>(), PaperModels.Near);
    }

    [Fact]
    public void AnotherNumberOfChannelsIsRefusedOrAveraged()
    {
        using TensorScope scope = TensorScope.Begin();
        PythonOracle.Run("import sys, torch, torchvision; torch.manual_seed(0); torch.save(torchvision.models.resnet18().state_dict(), sys.argv[1])", _folder["resnet18.pth"]);
        string file = _folder["resnet18.pth"];
        InvalidFileException error = Assert.Throws<InvalidFileException>(() => Load("joint", ("model.modalities", ResNets), ("model.modalities.audio.weights", file)));
        Assert.Contains("conv1.weight [64, 3, 7, 7] for [64, 1, 7, 7]", error.Message, StringComparison.Ordinal);
        Assert.Contains("adapt: mean", error.Message, StringComparison.Ordinal);
        using Loaded loaded = Load("joint", ("model.modalities", ResNets), ("model.modalities.audio.weights", $"{{file: {file}, adapt: mean}}"));
        Assert.Equal(["conv1.weight"], loaded.Reports.Single().Adapted);
        Assert.Contains("fc.weight", loaded.Reports.Single().LeftOut);
        using TorchReader reader = TorchReader.Open(file);
        float[] kernel = reader.Read("conv1.weight").ToTensor().Mean([1], keep: true).ToArray<float>();
        Assert.Equal(kernel, loaded.Model.EncoderParameters("audio").First().Tensor.ToArray<float>());
    }

    [Fact]
    public void WhatDoesNotFitIsRefusedOrSaid()
    {
        using TensorScope scope = TensorScope.Begin();
        string file = _folder["w.safetensors"];
        SafetensorsWriter.Write(file, [new("0.weight", NdArray.From<float>(new float[5 * 6], 5, 6)), new("0.bias", NdArray.From<float>(new float[4], 4)), new("9.bias", NdArray.From<float>([1], 1))]);
        (string, string) encoder = ("model.modalities", "{audio: {encoder: {type: mlp, widths: [5, 4]}}, visual: {}}");
        string strict = Assert.Throws<InvalidFileException>(() => Load("joint", encoder, ("model.modalities.audio.weights", file))).Message;
        Assert.Contains("1 of another shape (0.bias [4] for [5]), 2 missing (1.weight, 1.bias), 1 unexpected (9.bias)", strict, StringComparison.Ordinal);
        using Loaded loaded = Load("joint", encoder, ("model.modalities.audio.weights", $"{{file: {file}, strict: false}}"));
        Assert.Equal(["0.weight"], loaded.Reports.Single().Loaded);
        Assert.All(loaded.Model.EncoderParameters("audio").First().Tensor.ToArray<float>(), value => Assert.Equal(0, value));
        using Loaded renamed = Load("joint", encoder, ("model.modalities.audio.weights", $"{{file: {file}, strict: false, rename: {{9.*: 1.*, 0.*: \"-\"}}}}"));
        Assert.Equal((2, 1), (renamed.Reports.Single().LeftOut.Count, renamed.Reports.Single().Mismatched.Count));
    }

    [Fact]
    public void ARunStartsFromAnotherRunAndSaysSo()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Runs.Train(pack, _folder["first"], "unimodal", ("train.epochs", "1"), ("method.modality", "audio"));
        Runs.Train(pack, _folder["second"], "joint", ("train.epochs", "1"), ("train.freeze", "[encoders.audio]"), ("model.modalities", $"{{audio: {{weights: {_folder["first"]}}}, visual: {{}}}}"));
        Assert.Equal(Best("first", "encoders.audio.0.weight"), Best("second", "encoders.audio.0.weight"));
        JsonNode told = JsonNode.Parse(File.ReadLines(_folder["second/log.jsonl"]).Single(line => line.Contains("\"event\":\"weights\"", StringComparison.Ordinal)))!;
        Assert.Equal("encoders.audio", told["part"]!.GetValue<string>());
        Directory.Delete(_folder["first"], recursive: true);
        using TrainedRun reopened = TrainedRun.Open(_folder["second"]);
        Assert.Equal(_folder["first"], reopened.Config.Weights.Single().File);
    }

    [Fact]
    public void AnInterruptedRunDoesNotStartFromItsWeightsAgain()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Runs.Train(pack, _folder["first"], "joint", ("train.epochs", "1"));
        (string, string) weights = ("model.weights", _folder["first"]);
        Runs.Train(pack, _folder["whole"], "relearn", weights);
        Assert.Throws<InvalidOperationException>(() => Runs.Train(pack, _folder["killed"], "relearn", new Runs.At(2, 1, () => throw new InvalidOperationException("kill")), CancellationToken.None, weights));
        Directory.Delete(_folder["first"], recursive: true);
        Runs.Resume(_folder["killed"]);
        Assert.Equal(Runs.Weights(_folder["whole"]), Runs.Weights(_folder["killed"]));
    }

    [Theory]
    [InlineData("bert.encoder.layer.0.attention.output.LayerNorm.gamma", "encoder.layer.0.attention.output.LayerNorm.weight", "bert")]
    [InlineData("embeddings.LayerNorm.beta", "embeddings.LayerNorm.bias", "bert")]
    [InlineData("cls.predictions.bias", null, "bert")]
    [InlineData("encoder.layers.encoder_layer_3.mlp.linear_2.weight", "encoder.layers.encoder_layer_3.mlp.3.weight", "vit")]
    [InlineData("heads.head.weight", null, "vit")]
    [InlineData("decoder_pred_a.weight", null, "cav-mae")]
    [InlineData("blocks_a.0.attn.qkv.weight", "blocks_a.0.attn.qkv.weight", "cav-mae")]
    [InlineData("blocks_v.0.attn.qkv.weight", null, "cav-mae")]
    [InlineData("encoder.blocks.0.layer_norm1.weight", "encoder.blocks.0.layer_norm1.weight", "m3ae")]
    [InlineData("image_output.weight", null, "m3ae")]
    [InlineData("layer1.0.bn1.num_batches_tracked", null, "resnet50")]
    public void NamesOfPublishedWeightsBecomeOurs(string name, string? expected, string encoder) =>
        Assert.Equal(expected, NameMaps.Encoder(encoder).Apply(name, known => known.StartsWith("blocks_a", StringComparison.Ordinal)));

    [Fact]
    public void AModalityPlaysTheRoleOfItsNameOrPlace()
    {
        NameMap map = NameMaps.Paper("ogm-ge", ["text", "visual"], "concat");
        Assert.Equal("encoders.text.cls_token", map.Apply("mae_a.cls_token", _ => false));
        Assert.Equal("encoders.visual.cls_token", map.Apply("mae_v.cls_token", _ => false));
        NameMap three = NameMaps.Paper("ogm-ge", ["visual", "text", "audio"], "concat");
        Assert.Equal("encoders.audio.x", three.Apply("mae_a.x", _ => false));
        Assert.Equal("encoders.text.x", three.Apply("mae_t.x", _ => false));
        Assert.Equal("unimodal_heads.flow.bias", NameMaps.Paper("mmpareto", ["flow", "rgb"], "concat").Apply("head_flow.bias", _ => false));
    }

    private byte[] Best(string run, string name)
    {
        using SafetensorsReader file = SafetensorsReader.Open(_folder[$"{run}/checkpoints/best/weights.safetensors"]);
        return file.Read(name).Data;
    }

    private Loaded Load(string method, params (string, string)[] settings)
    {
        bool maps = settings.Any(setting => setting.Item2.Contains("resnet18", StringComparison.Ordinal));
        string pack = _folder[maps ? "maps" : "features"];
        if (!Directory.Exists(pack)) SmallPack.Make(pack, spectrograms: maps);
        var (config, opened) = Runs.Resolve(pack, method, settings);
        MultimodalModel model = RunParts.BuildModel(config);
        model.Train(false);
        try
        {
            return new Loaded(config, opened, model, WeightsLoader.Load(config, model));
        }
        catch
        {
            model.Dispose();
            config.Dispose();
            opened.Dispose();
            throw;
        }
    }

    private sealed record Loaded(RunConfig Config, Pack Pack, MultimodalModel Model, IReadOnlyList<WeightsReport> Reports) : IDisposable
    {
        public void Dispose()
        {
            Model.Dispose();
            Config.Dispose();
            Pack.Dispose();
        }
    }
}
