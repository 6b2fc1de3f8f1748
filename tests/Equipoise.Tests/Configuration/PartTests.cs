using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Configuration;

/// <summary>Parts of a model have step sizes of their own, or do not learn at all.</summary>
public sealed class PartTests
{
    private static readonly string[] ResNet = ["conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "layer1.1.bn2.bias", "layer2.0.downsample.1.weight"];

    private static readonly string[] Transformer = ["class_token", "conv_proj.weight", "encoder.pos_embedding", "encoder.layers.encoder_layer_0.ln_1.weight", "encoder.layers.encoder_layer_1.mlp.0.weight", "encoder.ln.bias"];

    [Fact]
    public void AStemTheStagesAndTheBlocksAreLayersAndWhatFollowsIsWithTheHeads()
    {
        Assert.Equal([3, 3, 2, 2, 1], EncoderLayers.FromEnd(ResNet));
        Assert.Equal([3, 3, 3, 2, 1, 0], EncoderLayers.FromEnd(Transformer));
        Assert.Equal([2, 2, 1, 1], EncoderLayers.FromEnd(["0.weight", "0.norm.bias", "1.weight", "1.bias"]));
        Assert.Equal([1, 1], EncoderLayers.FromEnd(["weight", "bias"]));
    }

    [Fact]
    public void TheLongestNameGivesTheStepSizeAndLayersDecayFromTheEnd()
    {
        using TensorScope scope = TensorScope.Begin();
        using TempFolder folder = new();
        var (config, pack) = Runs.Resolve(
            SmallPack.Make(folder["pack"]), "joint", ("train.optimizer.lr", "0.01"), ("train.optimizer.layer_decay", "0.5"),
            ("train.optimizer.rates", "{encoders: 0.02, encoders.audio: 0.002, encoders.visual.1: 0.1, fusion: {head.bias: 1}}"));
        using (config)
        using (pack)
        using (MultimodalModel model = RunParts.BuildModel(config))
        using (Optimizer optimizer = config.Train.Optimizer.Make(model))
        {
            double Rate(string name) => optimizer.LearningRate * optimizer.Parameters.First(entry => entry.Name == name).Factor;
            string[] audio = [.. model.EncoderParameters("audio").Select(pair => pair.Name)];
            Assert.Equal(0.002 * 0.5, Rate(audio[^1]), 12);
            Assert.Equal(0.002 * Math.Pow(0.5, EncoderLayers.FromEnd(audio)[0]), Rate(audio[0]), 12);
            Assert.Equal(0.02, Rate("encoders.visual.0.weight") / Math.Pow(0.5, EncoderLayers.FromEnd([.. model.EncoderParameters("visual").Select(pair => pair.Name)])[0]), 12);
            Assert.Equal(1, Rate("fusion.head.bias"), 12);
            Assert.Equal(0.01, Rate("fusion.head.weight"), 12);
        }
    }

    [Theory]
    [InlineData("train.freeze", "[encoders.adio]", "did you mean encoders.audio?")]
    [InlineData("train.optimizer.rates", "{fuson: 0.1}", "did you mean fusion?")]
    [InlineData("train.optimizer.rates", "{encoders.audio: 0}", "from")]
    [InlineData("train.freeze", "{encoders: 1.5}", "whole number")]
    [InlineData("train.freeze", "[encoders, fusion]", "leave the fusion")]
    public void WhatCannotBeMeantIsRefusedBeforeAnythingIsWritten(string key, string value, string remedy)
    {
        using TempFolder folder = new();
        ProblemException error = Assert.Throws<ProblemException>(() => Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], "joint", (key, value)));
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["run/log.jsonl"]));
    }

    [Fact]
    public void RatesEqualToTheStepSizeChangeNoBit()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["plain"], "joint");
        Runs.Train(pack, folder["rates"], "joint", ("train.optimizer.rates", "{encoders: {audio: 0.05}, fusion: 0.05}"));
        Runs.Train(pack, folder["slow"], "joint", ("train.optimizer.rates", "{encoders.audio: 0.001}"));
        Assert.Equal(Runs.Weights(folder["plain"]), Runs.Weights(folder["rates"]));
        Assert.NotEqual(Runs.Weights(folder["plain"]), Runs.Weights(folder["slow"]));
    }

    [Fact]
    public void AFrozenEncoderStaysToTheLastBitUnderEveryMethod()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"], spectrograms: true);
        foreach (string method in Runs.AllMethods.Except(["unimodal"]))
        {
            (string, string)[] settings = [("train.freeze", "[encoders.visual]"), ("model.modalities.visual.encoder", "{type: cnn, channels: [4, 8], norm: batch}"), ("model.modalities.audio.encoder", "{type: mlp, widths: [16, 8]}")];
            Runs.Train(pack, folder[$"{method}1"], method, [("train.epochs", "1"), .. settings]);
            Runs.Train(pack, folder[$"{method}3"], method, [("train.epochs", "3"), .. settings]);
            Dictionary<string, byte[]> early = Tensors(folder[$"{method}1"]), late = Tensors(folder[$"{method}3"]);
            Assert.Contains("encoders.visual.1.norm.running_var", early.Keys);
            foreach (var (name, bytes) in early)
                Assert.True(name.StartsWith("encoders.visual.", StringComparison.Ordinal) == bytes.SequenceEqual(late[name]), $"{method}: {name}");
        }
    }

    [Fact]
    public void HeadsAreTrainedFirstAndAllTogetherThen()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        foreach (int epochs in (int[])[1, 2, 3]) Runs.Train(pack, folder[$"{epochs}"], "joint", ("train.epochs", $"{epochs}"), ("train.freeze", "{encoders: 2}"));
        bool Same(string left, string right, string part) => Tensors(folder[left]).Where(pair => pair.Key.StartsWith(part, StringComparison.Ordinal)).All(pair => pair.Value.SequenceEqual(Tensors(folder[right])[pair.Key]));
        Assert.True(Same("1", "2", "encoders"));
        Assert.False(Same("1", "2", "fusion"));
        Assert.False(Same("2", "3", "encoders"));
    }

    [Fact]
    public void AFrozenRunGoesOnBitForBit()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        (string, string)[] settings = [("train.freeze", "{encoders: 2}"), ("train.optimizer.rates", "{encoders.audio: 0.01}"), ("train.optimizer.layer_decay", "0.9")];
        Runs.Train(pack, folder["whole"], "mmpareto", settings);
        Assert.Throws<InvalidOperationException>(() => Runs.Train(
            pack, folder["killed"], "mmpareto", new Runs.At(3, 1, () => throw new InvalidOperationException("kill")), CancellationToken.None, settings));
        Runs.Resume(folder["killed"]);
        Assert.Equal(Runs.Weights(folder["whole"]), Runs.Weights(folder["killed"]));
    }

    [Fact]
    public void AGradientIsNoLongerThanItsBound()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        (string, string)[] oneStep = [("train.epochs", "1"), ("train.batch_size", "60"), ("train.optimizer", "{type: sgd, lr: 0.5, momentum: 0, weight_decay: 0}")];
        double far = Moved(pack, folder["free"], oneStep), near = Moved(pack, folder["bound"], [.. oneStep, ("train.clip_norm", "0.01")]);
        Assert.Equal(0.5 * 0.01, near, 5);
        Assert.True(far > 10 * near);
        Assert.Equal(far, Moved(pack, folder["loose"], [.. oneStep, ("train.clip_norm", "1000")]));
    }

    /// <summary>How far one run moves all parameters together.</summary>
    private static double Moved(string pack, string run, (string, string)[] settings)
    {
        using TensorScope scope = TensorScope.Begin();
        Runs.Train(pack, run, "joint", settings);
        Dictionary<string, byte[]> after = Tensors(run);
        var (config, opened) = Runs.Resolve(pack, "joint", settings);
        using (config)
        using (opened)
        using (MultimodalModel model = RunParts.BuildModel(config))
            return Math.Sqrt(model.NamedParameters().Sum(pair => pair.Tensor.ToArray<float>().Zip(
                System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(after[pair.Name]).ToArray()).Sum(values => Math.Pow(values.First - values.Second, 2))));
    }

    [Fact]
    public void AFrozenPartIsUsedAndNotTaught()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(0);
        using ResNet network = new(1, generator);
        Assert.True(network.Freeze("layer1.0"));
        Assert.True(network.Freeze("conv1.weight"));
        Assert.False(network.Freeze("layer1.7"));
        string[] frozen = [.. network.FrozenNames()];
        Assert.Contains("conv1.weight", frozen);
        Assert.Contains("layer1.0.bn1.running_mean", frozen);
        Assert.DoesNotContain("layer1.1.bn1.running_mean", frozen);
        Assert.Equal(1 + 6 + 4, frozen.Length);
        network.Train(false);
        network.Train();
        Assert.True(network.Training);
        network.Freeze(false);
        Assert.Empty(network.FrozenNames());
    }

    private static Dictionary<string, byte[]> Tensors(string run)
    {
        using Formats.SafetensorsReader file = Formats.SafetensorsReader.Open(Path.Combine(run, "checkpoints", "last", "weights.safetensors"));
        return file.Names.ToDictionary(name => name, name => file.Read(name).Data);
    }
}
