
namespace Equipoise.Torch.Tests;

/// <summary>Tensors are made, read, computed with, differentiated, and end with their scope.</summary>
public sealed class TensorTests
{
    [Fact]
    public void ValuesComeBackAsTheyWentIn()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor tensor = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal(DType.Float32, tensor.Type);
        Assert.Equal([1f, 4, 2, 5, 3, 6], tensor.Transpose(0, 1).ToArray<float>());
    }

    [Fact]
    public void AScopeEndsWhatWasMadeInItAndKeepsWhatWasKept()
    {
        long before = TensorDiagnostics.Live;
        using (TensorScope outer = TensorScope.Begin())
        {
            Tensor kept;
            using (TensorScope inner = TensorScope.Begin())
            {
                Tensor one = Tensor.Ones(3);
                kept = inner.Keep(one + one);
                Assert.Equal(before + 2, TensorDiagnostics.Live);
            }
            Assert.Equal(before + 1, TensorDiagnostics.Live);
            Assert.Equal(6, kept.Sum().ToDouble());
        }
        Assert.Equal(before, TensorDiagnostics.Live);
    }

    [Fact]
    public void AnOwnedTensorOutlivesItsScope()
    {
        Tensor owned;
        using (TensorScope.Begin()) owned = Tensor.Ones(2).Own();
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal(2, owned.Sum().ToDouble());
        owned.Dispose();
        Assert.Throws<ObjectDisposedException>(() => owned.Sum());
    }

    [Fact]
    public void WithoutAScopeNothingIsMade()
    {
        long before = TensorDiagnostics.Live;
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Tensor.Ones(2));
        Assert.Contains("TensorScope.Begin", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, TensorDiagnostics.Live);
    }

    [Fact]
    public void AnErrorNamesOperatorAndShapes()
    {
        using TensorScope scope = TensorScope.Begin();
        TensorException error = Assert.Throws<TensorException>(() => Tensor.Ones(2, 3).MatMul(Tensor.Ones(5, 7)));
        Assert.Contains("aten::matmul", error.Message, StringComparison.Ordinal);
        Assert.Contains("Float32[2, 3]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownOperatorsAreRefusedByName() =>
        Assert.Contains("aten::nonsense", Assert.Throws<NotSupportedException>(() => Operator.Get("aten::nonsense")).Message, StringComparison.Ordinal);

    [Fact]
    public void GradientsOfSeveralLossesStayApart()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor x = Tensor.From<float>([1, 2], 2);
        Tensor y = Tensor.From<float>([3, 4], 2);
        x.RequiresGrad = true;
        y.RequiresGrad = true;
        Tensor product = (x * y).Sum();
        Tensor square = (x * x).Sum();
        Tensor?[] first = Autograd.Gradients(product, [x, y], retainGraph: true);
        Tensor?[] second = Autograd.Gradients(square, [x, y]);
        Assert.Equal([3f, 4], first[0]!.ToArray<float>());
        Assert.Equal([1f, 2], first[1]!.ToArray<float>());
        Assert.Equal([2f, 4], second[0]!.ToArray<float>());
        Assert.Null(second[1]);
        Assert.Null(x.Grad);
        Autograd.Backward(product);
        Assert.Equal([3f, 4], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void WithGradientsOffNothingIsRecorded()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor x = Tensor.Ones(2);
        x.RequiresGrad = true;
        using (GradMode.Off()) Assert.False((x * 2).RequiresGrad);
        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void AGeneratorGoesOnWhereItsStateWasTaken()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(7);
        byte[] state = generator.State;
        Tensor first = Tensor.Zeros(20);
        first.NormalInPlace(0, 1, generator);
        generator.State = state;
        Tensor again = Tensor.Zeros(20);
        again.NormalInPlace(0, 1, generator);
        Assert.Equal(first.ToArray<float>(), again.ToArray<float>());
    }

    [Fact]
    public void NoiseHasTheBitsOfPythonsGenerator()
    {
        string python = PythonOracle.Run(
            "import torch; g=torch.Generator().manual_seed(42); print(torch.empty(40).normal_(0,0.5,generator=g).numpy().tobytes().hex())");
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(42);
        Tensor noise = Tensor.Zeros(40);
        noise.NormalInPlace(0, 0.5, generator);
        Assert.Equal(python.Trim(), Convert.ToHexStringLower(noise.ToBytes()));
    }
}
