using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Samples.Tests;

/// <summary>A fusion of one's own serves every method, alone and with modalities absent.</summary>
public sealed class OwnFusionTests
{
    [Fact]
    public void ItTrainsUnderAMethodThatAsksForUnimodalScores()
    {
        using TempFolder folder = new();
        RunResult result = OwnFusion.Train(folder["run"]);
        Assert.InRange(result.Test.Accuracy, 0.7, 1);
        Assert.Equal("attribution", result.Test.ScoredBy);
        using TrainedRun run = TrainedRun.Open(folder["run"], plugins: OwnFusion.Plugin);
        Assert.Equal(24, ((ProductFusion)run.Model.Fusion).NamedParameters().First(parameter => parameter.Name == "head.weight").Tensor.Shape[1]);
    }

    [Fact]
    public void AnAbsentModalityLeavesTheOthersScore()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(1);
        using ProductFusion fusion = new([("a", 4), ("b", 4)], classes: 3, initial);
        Tensor a = Tensor.Zeros(2, 4), b = Tensor.Zeros(2, 4);
        a.NormalInPlace(0, 1, initial);
        b.NormalInPlace(0, 1, initial);
        FeatureSet features = new(["a", "b"], new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b }, new Dictionary<string, bool[]> { ["b"] = [false, true] });
        float[] fused = fusion.Fuse(features).ToArray<float>(), alone = fusion.UnimodalLogits(features, "a").ToArray<float>();
        Assert.Equal(alone[..3], fused[..3]);
        Assert.NotEqual(alone[3..], fused[3..]);
    }
}
