using Equipoise.Torch.Nn;

namespace Equipoise.Torch.Tests.Nn;

public sealed class ConvNormTests : IDisposable
{
    private readonly Generator _generator = new(5);

    public ConvNormTests() => Assert.SkipUnless(ChannelBlocks.AreUsable, "this processor has no AVX-512, or the build no oneDNN");

    [Theory]
    [InlineData(4, 32, 48, 13, 17, 3, 1)] // Winograd's method, with rims
    [InlineData(2, 16, 16, 8, 8, 3, 1)] // too few tiles for it
    [InlineData(3, 32, 16, 9, 6, 3, 2)]
    [InlineData(3, 32, 64, 9, 6, 1, 2)]
    public void BlocksOfChannelsTrainAsPlainMapsDo(long batch, long inputs, long outputs, long height, long width, long kernel, long stride)
    {
        using TensorScope scope = TensorScope.Begin();
        using Layer plain = new(inputs, outputs, kernel, stride), blocks = new(inputs, outputs, kernel, stride);
        Tensor input = Normal(batch, inputs, height, width);
        foreach ((bool relu, bool residual) in ((bool, bool)[])[(false, false), (true, false), (true, true)])
        {
            Tensor[] expected = Trained(plain, input, relu, residual, inBlocks: false), got = Trained(blocks, input, relu, residual, inBlocks: true);
            for (int i = 0; i < expected.Length; i++) Close(expected[i], got[i], 1e-5);
        }
        plain.Train(false);
        blocks.Train(false);
        foreach (bool record in (bool[])[true, false])
            Close(Forward(plain, input, record, inBlocks: false), Forward(blocks, input, record, inBlocks: true), 1e-5);
    }

    [Fact]
    public void TheFirstLayerTakesPictures()
    {
        using TensorScope scope = TensorScope.Begin();
        using Layer plain = new(3, 16, 7, 2), blocks = new(3, 16, 7, 2);
        Tensor input = Normal(2, 3, 31, 40);
        Tensor expected = plain.Pair.Forward(input.ChannelsLast(), blocks: false, relu: true), got = blocks.Pair.Forward(input.ChannelsLast(), blocks: true, relu: true);
        Tensor weights = Normal(expected.Shape);
        Autograd.Backward((expected * weights).Sum());
        Autograd.Backward((ChannelBlocks.Unpack(got) * weights).Sum());
        Close(expected, ChannelBlocks.Unpack(got), 1e-5);
        Close(plain.Convolution.Weight.Grad!, blocks.Convolution.Weight.Grad!, 1e-5);
        Close(Ops.MaxPool2d(expected, 3, 2, 1), ChannelBlocks.Unpack(ChannelBlocks.MaxPool2d(got, 3, 2, 1)), 1e-5);
    }

    [Theory]
    [InlineData(9, 12, 3, 2, 1)]
    [InlineData(1, 7, 3, 2, 1)]
    [InlineData(8, 8, 2, 2, 0)]
    [InlineData(11, 6, 5, 3, 2)]
    public void PoolingIsThatOfPlainMaps(long height, long width, long kernel, long stride, long padding)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor maps = (Normal(2, 32, height, width) * 3).To(DType.Int64).To(DType.Float32), packed = Pack(maps); // Many equal ones.
        maps.RequiresGrad = packed.RequiresGrad = true;
        Tensor expected = Ops.MaxPool2d(maps, kernel, stride, padding), got = ChannelBlocks.MaxPool2d(packed, kernel, stride, padding);
        Tensor weights = Normal(expected.Shape);
        Autograd.Backward((expected * weights).Sum());
        Autograd.Backward((ChannelBlocks.Unpack(got) * weights).Sum());
        Assert.Equal(expected.ToArray<float>(), ChannelBlocks.Unpack(got).ToArray<float>());
        Close(maps.Grad!, ChannelBlocks.Unpack(packed.Grad!), 1e-6);
        using GradMode off = GradMode.Off();
        packed.Narrow(2, 0, 1).MulInPlace(double.NaN);
        Assert.Contains(ChannelBlocks.MaxPool2d(packed, kernel, stride, padding).ToArray<float>(), float.IsNaN);
    }

    [Fact]
    public void GradientsAreThoseOfFiniteDifferences()
    {
        using TensorScope scope = TensorScope.Begin();
        using Layer layer = new(16, 16, 3, 1);
        Tensor input = Normal(2, 16, 16, 16), weights = Normal(2, 1, 16, 16, 16);
        Tensor Loss() => (layer.Pair.Forward(Pack(input), blocks: true, relu: false) * weights).Sum();
        Autograd.Backward(Loss());
        Tensor direction = Normal(layer.Convolution.Weight.Shape);
        double slope = (layer.Convolution.Weight.Grad! * direction).Sum().ToDouble(), step = 1e-2;
        using GradMode off = GradMode.Off();
        layer.Convolution.Weight.AddInPlace(direction, step);
        double above = Loss().ToDouble();
        layer.Convolution.Weight.AddInPlace(direction, -2 * step);
        Assert.Equal(slope, (above - Loss().ToDouble()) / (2 * step), Math.Abs(slope) * 1e-2);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void WhatIsNotANumberStaysSo(bool training, bool record)
    {
        using TensorScope scope = TensorScope.Begin();
        using Layer layer = new(16, 16, 3, 1);
        layer.Train(training);
        Tensor input = Normal(2, 16, 16, 16);
        input.Narrow(3, 3, 1).MulInPlace(double.NaN);
        using GradMode mode = record ? GradMode.On() : GradMode.Off();
        Assert.Contains(layer.Pair.Forward(Pack(input), blocks: true, relu: true).ToArray<float>(), float.IsNaN);
    }

    [Fact]
    public void TheSameComesOutEveryTime()
    {
        using TensorScope scope = TensorScope.Begin();
        using Layer layer = new(64, 64, 3, 1);
        Tensor input = Pack(Normal(16, 64, 20, 20));
        float[] Gradient()
        {
            layer.Convolution.Weight.Grad = null;
            Autograd.Backward(layer.Pair.Forward(input, blocks: true, relu: true).Sum());
            return layer.Convolution.Weight.Grad!.ToArray<float>();
        }
        Assert.Equal(Gradient(), Gradient());
    }

    [Fact]
    public void MapsThatDoNotFitAreRefused()
    {
        using TensorScope scope = TensorScope.Begin();
        Assert.Contains("16", Assert.ThrowsAny<TensorException>(() => ChannelBlocks.Conv2d(Normal(2, 1, 4, 4, 8), Normal(16, 8, 3, 3), 1, 1)).Message);
        Assert.Contains("kernel", Assert.ThrowsAny<TensorException>(() => ChannelBlocks.Conv2d(Normal(2, 1, 4, 4, 16), Normal(16, 8, 3, 3), 1, 1)).Message);
    }

    public void Dispose() => _generator.Dispose();

    private static Tensor Pack(Tensor maps)
    {
        long[] shape = maps.Shape;
        return maps.Reshape(shape[0], shape[1] / 16, 16, shape[2], shape[3]).Permute(0, 1, 3, 4, 2).Contiguous();
    }

    /// <summary>The result, and the gradients of input, residual, kernel, weight and bias, and the running statistics.</summary>
    private static Tensor[] Trained(Layer layer, Tensor values, bool relu, bool residual, bool inBlocks)
    {
        Tensor input = values.Detach() * 1;
        input.RequiresGrad = true;
        long[] shape = layer.Convolution.Forward(input).Shape;
        using Generator generator = new(9);
        Tensor added = Filled(shape, generator), weights = Filled(shape, generator);
        added.RequiresGrad = true;
        foreach (var (_, parameter) in layer.NamedParameters()) parameter.Grad = null;
        Tensor result = layer.Pair.Forward(inBlocks ? Pack(input) : input, inBlocks, relu, residual ? inBlocks ? Pack(added) : added : null);
        result = ChannelBlocks.Unpack(result);
        Autograd.Backward((result * weights).Sum());
        return
        [
            result, input.Grad!, .. residual ? [added.Grad!] : Array.Empty<Tensor>(),
            .. layer.NamedParameters().Select(pair => pair.Tensor.Grad!), .. layer.NamedBuffers().Select(pair => pair.Tensor * 1),
        ];
    }

    private static Tensor Forward(Layer layer, Tensor input, bool record, bool inBlocks)
    {
        using GradMode mode = record ? GradMode.On() : GradMode.Off();
        using Generator generator = new(9);
        Tensor added = Filled(layer.Convolution.Forward(input).Shape, generator);
        return ChannelBlocks.Unpack(layer.Pair.Forward(inBlocks ? Pack(input) : input, inBlocks, relu: true, inBlocks ? Pack(added) : added));
    }

    private static Tensor Filled(long[] shape, Generator generator)
    {
        Tensor values = Tensor.Zeros(shape);
        values.NormalInPlace(0, 1, generator);
        return values;
    }

    private static void Close(Tensor expected, Tensor got, double tolerance)
    {
        Assert.Equal(expected.Shape, got.Shape);
        Assert.True((expected - got).Norm().ToDouble() <= tolerance * expected.Norm().ToDouble() + 1e-6, $"{(expected - got).Norm().ToDouble()} of {expected.Norm().ToDouble()}");
    }

    private Tensor Normal(params long[] shape) => Filled(shape, _generator);

    private sealed class Layer : Module
    {
        internal Layer(long inputs, long outputs, long kernel, long stride)
        {
            using Generator generator = new(7);
            Convolution = Child("conv", new Conv2d(Initial.KaimingNormal(outputs * kernel * kernel, generator, outputs, inputs, kernel, kernel), null, stride, kernel / 2));
            BatchNorm2d norm = Child("norm", new BatchNorm2d(outputs));
            foreach (var (_, parameter) in norm.NamedParameters())
            {
                using GradMode off = GradMode.Off();
                parameter.AddInPlace(Filled(parameter.Shape, generator), 0.3);
            }
            Pair = new ConvNorm(Convolution, norm);
        }

        internal Conv2d Convolution { get; }

        internal ConvNorm Pair { get; }
    }
}
