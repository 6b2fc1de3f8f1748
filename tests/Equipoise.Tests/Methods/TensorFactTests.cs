using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Tests.Methods;

/// <summary>The acceptance facts that need tensors.</summary>
public sealed class TensorFactTests
{
    [Fact]
    public void MlaWeighsTheCertainModalityMore()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor audio = Tensor.From<float>([2, 0, 0, 0, 1, 0], 2, 3), visual = Tensor.From<float>([0, 3, 0, 0, 0, 0.5f], 2, 3);
        float[] weights = EntropyWeights.Of([audio, visual], Features(audio, visual)).ToArray<float>();
        Assert.Equal([0.42580715f, 0.57419288f, 0.52326256f, 0.47673744f], weights, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void WeightsDoNotDependOnTheRestOfTheBatchAndIgnoreWhatIsAbsent()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor audio = Tensor.From<float>([2, 0, 0], 1, 3), visual = Tensor.From<float>([0, 3, 0], 1, 3);
        float[] alone = EntropyWeights.Of([audio, visual], Features(audio, visual)).ToArray<float>();
        Assert.Equal([0.42580715f, 0.57419288f], alone, (a, b) => Math.Abs(a - b) < 1e-6);
        FeatureSet missing = new(["audio", "visual"], new() { ["audio"] = audio, ["visual"] = visual }, new Dictionary<string, bool[]> { ["audio"] = [false] });
        Assert.Equal([0f, 1], EntropyWeights.Of([audio, visual], missing).ToArray<float>());
    }

    [Fact]
    public void FoldingAFeatureShrinksItsDirection()
    {
        using TensorScope scope = TensorScope.Begin();
        using HeadProjection projection = new(3);
        Tensor r = Tensor.From<float>([1, 2, 0], 3);
        projection.Fold(r, 0.1);
        Assert.Equal([0.803922f, -0.392157f, 0, -0.392157f, 0.215686f, 0, 0, 0, 1], projection.Matrix.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([1 / 51f, 2 / 51f, 0], projection.Matrix.MatMul(r).ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void QmfTakesTheMarginOffOrPutsItOn()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor confidence = Tensor.From<float>([0.9f, 0.3f], 2), history = Tensor.From<float>([0.6f, 0.4f], 2);
        Assert.Equal(0.4, RankMargin.Loss(confidence, history, intended: false).ToDouble(), 6);
        Assert.Equal(0.8, RankMargin.Loss(confidence, history, intended: true).ToDouble(), 6);
        Assert.Equal(0, RankMargin.Loss(confidence, history * 0, intended: true).ToDouble());
    }

    private static FeatureSet Features(Tensor audio, Tensor visual) =>
        new(["audio", "visual"], new() { ["audio"] = audio, ["visual"] = visual }, new Dictionary<string, bool[]>());
}
