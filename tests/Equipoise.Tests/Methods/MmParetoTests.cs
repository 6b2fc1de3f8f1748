using Equipoise.Gradients;
using Equipoise.Methods;
using Equipoise.Torch;

namespace Equipoise.Tests.Methods;

/// <summary>The acceptance facts of MMPareto on gradients given by hand.</summary>
public sealed class MmParetoTests
{
    [Theory]
    [InlineData(new[] { 1f, 0 }, new[] { -1f, 2 }, new[] { 2.12132034f, 2.12132034f })]
    [InlineData(new[] { 1f, 0 }, new[] { 2f, 1 }, new[] { 4.5f, 1.5f })]
    [InlineData(new[] { 1f, 0 }, new[] { 0f, 3 }, new[] { 4.5f, 1.5f })]
    [InlineData(new[] { 1f, 0 }, new[] { -2f, 0 }, new[] { 0f, 0 })]
    [InlineData(new[] { 0f, 0 }, new[] { 0f, 0 }, new[] { 0f, 0 })]
    [InlineData(new[] { 0f, 0 }, new[] { 3f, 4 }, new[] { 4.5f, 6 })]
    public void OneTensorIsIntegratedAsInThePaper(float[] multimodal, float[] unimodal, float[] expected)
    {
        using TensorScope scope = TensorScope.Begin();
        float[] found = Integrate(Pair((multimodal, unimodal)), perTensor: true)[0];
        Assert.Equal(expected, found, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(found, Integrate(Pair((multimodal, unimodal)), perTensor: false)[0], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void TwoTensorsShareTheirWeightsAndAreLiftedEachByItself()
    {
        using TensorScope scope = TensorScope.Begin();
        GradientPair pair = Pair(([1f, 0], [-3f, 1]), ([0.5f, 0.5f], [0.2f, -0.1f]));
        Assert.Equal(0.74498567, MinNorm.FirstWeight(pair.MultimodalSquared, pair.Product, pair.UnimodalSquared), 6);
        float[][] found = Integrate(pair, perTensor: true);
        Assert.Equal([-0.26299358f, 3.34377547f], found[0], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([1.27048711f, 1.04097421f], found[1], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void ResultsAreFiniteAndNeverShorterThanTheSum()
    {
        Data.SeededRandom random = new(11);
        for (int round = 0; round < 200; round++)
        {
            using TensorScope scope = TensorScope.Begin();
            double scale = Math.Pow(10, random.NextDouble(-12, 12));
            float[] Draw() => [.. Enumerable.Range(0, 5).Select(_ => (float)(scale * random.NextGaussian()))];
            float[] multimodal = Draw(), unimodal = round % 5 == 0 ? [.. multimodal.Select(value => -value)] : Draw();
            float[] found = Integrate(Pair((multimodal, unimodal)), perTensor: true)[0];
            Assert.All(found, value => Assert.True(float.IsFinite(value)));
            double sum = Norm(multimodal.Zip(unimodal, (a, b) => a + b));
            Assert.True(Norm(found) >= 1.5 * sum * (1 - 1e-4) - 1e-30, $"{Norm(found)} < 1.5 · {sum}");
        }
    }

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static float[][] Integrate(GradientPair pair, bool perTensor)
    {
        double cosine = pair.Product / Math.Sqrt(pair.MultimodalSquared * pair.UnimodalSquared);
        double weight = cosine > 0 ? 0.5 : MinNorm.FirstWeight(pair.MultimodalSquared, pair.Product, pair.UnimodalSquared);
        return [.. MmPareto.Integrate(pair, weight, 1.5, perTensor).Select(tensor => tensor.ToArray<float>())];
    }

    private static GradientPair Pair(params (float[] Multimodal, float[] Unimodal)[] tensors) =>
        new([], [.. tensors.Select(pair => (Tensor.From(pair.Multimodal, pair.Multimodal.Length), Tensor.From(pair.Unimodal, pair.Unimodal.Length)))]);
}
