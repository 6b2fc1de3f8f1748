using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

public sealed class PrecisionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("joint")]
    [InlineData("ogm-ge")]
    [InlineData("mla")]
    [InlineData("mmpareto")]
    [InlineData("relearn")]
    public void EncodersComputeInBFloat16AndLearn(string method)
    {
        string pack = SmallPack.Make(Path.Combine(_folder.Path, "pack")), half = Path.Combine(_folder.Path, "half"), single = Path.Combine(_folder.Path, "single");
        RunResult inHalf = Runs.Train(pack, half, method, ("train.precision", "bfloat16")), inSingle = Runs.Train(pack, single, method);
        JsonNode[] log = [.. File.ReadLines(Path.Combine(half, "log.jsonl")).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal("bfloat16", (string?)log[0]["environment"]!["precision"]);
        double[] losses = [.. log.Where(line => (string?)line["event"] == "epoch").Select(line => (double)line["loss"]!["total"]!)];
        Assert.True(losses[^1] < losses[0], $"{losses[0]} → {losses[^1]}");
        Assert.NotEqual(Runs.Weights(single), Runs.Weights(half));
        Assert.InRange(inHalf.Test.Accuracy, inSingle.Test.Accuracy - 0.3, 1);
        using SafetensorsReader weights = SafetensorsReader.Open(Path.Combine(half, "checkpoints", "last", "weights.safetensors"));
        Assert.All(weights.Names.Where(name => name.EndsWith("weight", StringComparison.Ordinal)), name => Assert.Equal(ElementType.Float32, weights.Read(name).Type));
    }

    [Fact]
    public void FeaturesAreThoseOfSinglePrecisionUpToItsRoundingAndComeBackInSingle()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(3);
        using ResNet encoder = new(3, generator);
        encoder.Train(false);
        Tensor input = Tensor.Zeros(2, 3, 40, 33);
        input.NormalInPlace(0, 1, generator);
        using MultimodalModel model = new([("visual", encoder)], new Fusions.LateFusion([("visual", 512)], 4, generator, false));
        float[] single = model.Encode("visual", input).ToArray<float>();
        model.HalfPrecision = DType.BFloat16;
        Tensor half = model.Encode("visual", input);
        Assert.Equal(DType.Float32, half.Type);
        float[] values = half.ToArray<float>();
        double error = Math.Sqrt(single.Zip(values).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / single.Sum(value => value * (double)value));
        Assert.InRange(error, 1e-6, 0.05);
    }

    [Fact]
    public void ResNetsLayTheirChannelsInBlocksWhereThatIsFasterAndLastOtherwise()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(3);
        using ResNet encoder = new(3, generator);
        Assert.Equal("channels_last", encoder.MemoryFormat(blocks: false));
        Assert.Equal(ChannelBlocks.AreUsable ? "channel_blocks" : "channels_last", encoder.MemoryFormat(blocks: true));
        foreach (var (name, weight) in encoder.NamedParameters().Where(pair => pair.Tensor.Dimensions == 4 && pair.Tensor.Shape[2] > 1))
            Assert.True(weight.Strides[1] == 1, name);
    }

    public void Dispose() => _folder.Dispose();
}
