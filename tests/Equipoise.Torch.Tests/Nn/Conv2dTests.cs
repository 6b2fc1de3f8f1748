using Equipoise.Torch.Nn;

namespace Equipoise.Torch.Tests.Nn;

public sealed class Conv2dTests
{
    [Fact]
    public void ItStartsWithPyTorchsDefaultValues()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(3), again = new(3);
        using Conv2d layer = new(2, 4, kernel: 3, generator, stride: 2, padding: 1);
        float[][] values = [.. layer.NamedParameters().Select(parameter => parameter.Tensor.ToArray<float>())];
        Assert.Equal([Initial.Uniform(18, again, 4, 2, 3, 3).ToArray<float>(), Initial.Uniform(18, again, 4).ToArray<float>()], values);
        Assert.Equal([1, 4, 4, 3], layer.Forward(Tensor.Zeros(1, 2, 8, 6)).Shape);
        string bound = PythonOracle.Run("import torch; print(max(p.abs().max().item() for p in [torch.nn.Conv2d(2, 4, 3).weight for _ in range(200)]))");
        Assert.Equal(1 / Math.Sqrt(18), double.Parse(bound, System.Globalization.CultureInfo.InvariantCulture), 3);
        Assert.InRange(values[0].Max(MathF.Abs), 0.8 / Math.Sqrt(18), 1 / Math.Sqrt(18));
    }
}
