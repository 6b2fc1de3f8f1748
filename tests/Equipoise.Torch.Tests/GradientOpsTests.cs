namespace Equipoise.Torch.Tests;

public sealed class GradientOpsTests
{
    /// <summary>Sizes with and without a rest after sixteens, below sixteen (drawn otherwise), of several pieces, of one row.</summary>
    private static readonly long[][] Shapes = [[64, 3, 7, 7], [130, 64, 3, 3], [5], [16], [1], [], [17, 2], [1, 70001], [300, 513], [3, 50021], [15], [100003]];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoiseIsWhatTheGeneratorDrawsTensorByTensor(bool channelsLast)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator values = new(1), stream = new(2), again = new(2);
        foreach (Generator generator in (Generator[])[stream, again]) Tensor.Zeros(77).UniformInPlace(0, 1, generator); // Not at the start of anything.
        Tensor[] gradients = [.. Shapes.Select(shape => Filled(shape, values)).Select(tensor => channelsLast && tensor.Dimensions == 4 ? tensor.ChannelsLast() : tensor)];
        Tensor[] expected = [.. gradients.Select(gradient =>
        {
            double spread = gradient.Count > 1 ? gradient.Std().ToDouble() + 1e-8 : 0;
            if (spread == 0) return gradient * 0.3;
            Tensor noise = Tensor.Zeros(gradient.Shape);
            noise.NormalInPlace(0, 0.7 * spread, again);
            return gradient * 0.3 + noise;
        })];
        GradientOps.Modulate(gradients, 0.3, 0.7, stream);
        for (int i = 0; i < gradients.Length; i++)
            Assert.True((gradients[i] - expected[i]).Norm().ToDouble() <= 1e-6 * expected[i].Norm().ToDouble(), $"[{string.Join(',', Shapes[i])}]");
        Assert.Equal(again.State, stream.State);
    }

    [Fact]
    public void AGradientWithoutNoiseIsScaledToTheLastBit()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator values = new(1);
        Tensor gradient = Filled([130, 64, 3, 3], values);
        float[] expected = (gradient * 0.3).ToArray<float>();
        GradientOps.Modulate([gradient], 0.3, 0, null);
        Assert.Equal(expected, gradient.ToArray<float>());
        GradientOps.Modulate([gradient], 1, 0, null);
        Assert.Equal(expected, gradient.ToArray<float>());
    }

    [Fact]
    public void InnerProductsAreThoseOfDoublePrecision()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator values = new(1);
        Tensor[] first = [.. Shapes.Select(shape => Filled(shape, values))], second = [.. Shapes.Select(shape => Filled(shape, values))];
        second[1] = second[1].ChannelsLast();
        first[3].MulInPlace(1e30); // Squares that single precision cannot hold.
        double[] found = GradientOps.Gram(first, second);
        for (int i = 0; i < first.Length; i++)
        {
            double[] a = [.. first[i].Contiguous().ToArray<float>()], b = [.. second[i].Contiguous().ToArray<float>()];
            double[] expected = [a.Sum(x => x * x), a.Zip(b, (x, y) => x * y).Sum(), b.Sum(x => x * x)];
            for (int k = 0; k < 3; k++) Assert.Equal(expected[k], found[3 * i + k], 1e-9 * Math.Sqrt(expected[0] * expected[2]) + 1e-9 * Math.Abs(expected[k]));
            Tensor mixed = GradientOps.Mix(first[i], second[i], 0.25, 3);
            Assert.True((mixed - (first[i] * 0.25 + second[i] * 3)).Norm().ToDouble() <= 1e-6 * mixed.Norm().ToDouble());
        }
    }

    private static Tensor Filled(long[] shape, Generator generator)
    {
        Tensor values = Tensor.Zeros(shape);
        values.NormalInPlace(0, 1, generator);
        return values;
    }
}
