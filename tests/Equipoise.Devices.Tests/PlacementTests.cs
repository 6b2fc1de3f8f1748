using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Devices.Tests;

/// <summary>Tensors lie where they are asked to, and what is made inside a scope of a device lies there.</summary>
public sealed class PlacementTests
{
    [Fact]
    public void TheDeviceIsThereAndNotTheProcessor()
    {
        Assert.True(TestDevice.Here.IsUsable);
        Assert.False(TestDevice.Here.IsCpu);
        Assert.EndsWith(":0", TestDevice.Here.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpu", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:3", "cuda:3")]
    public void NamesAreThoseOfLibtorch(string name, string shown)
    {
        Assert.True(Device.TryParse(name, out Device device));
        Assert.Equal(shown, device.ToString());
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("cuda:-2")]
    [InlineData("cuda:x")]
    public void OtherNamesAreNone(string name) => Assert.False(Device.TryParse(name, out _));

    [Fact]
    public void NewTensorsLieWhereTheScopeSays()
    {
        using TensorScope scope = TensorScope.Begin();
        using (DeviceScope.Begin(TestDevice.Here))
        {
            Tensor[] made = [Tensor.From([1f, 2], 2), Tensor.Zeros(2), Tensor.Ones(2), Tensor.Eye(2), Ops.Arange(3), Ops.Full([2], 7, DType.Int64), Tensor.Scalar(3)];
            Assert.All(made, tensor => Assert.Equal(TestDevice.Here, tensor.Device));
            Assert.Equal([1f, 2], made[0].ToArray<float>());
            Assert.Equal([0L, 1, 2], made[4].ToArray<long>());
            using (DeviceScope.Begin(Device.Cpu)) Assert.True(Tensor.Zeros(1).Device.IsCpu);
            Assert.Equal(TestDevice.Here, DeviceScope.Current);
        }
        Assert.True(Tensor.Zeros(1).Device.IsCpu);
    }

    [Fact]
    public void ValuesComeBackAsTheyWent()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor start = Tensor.From(Enumerable.Range(0, 24).Select(i => (float)i).ToArray(), 2, 3, 4);
        Tensor there = start.To(TestDevice.Here);
        Assert.Equal(start.ToArray<float>(), there.ToArray<float>());
        Assert.Equal(start.Permute(2, 0, 1).Contiguous().ToArray<float>(), there.Permute(2, 0, 1).To(Device.Cpu).Contiguous().ToArray<float>());
        Assert.Equal(start.Narrow(1, 1, 2).Contiguous().ToArray<float>(), there.Narrow(1, 1, 2).Contiguous().ToArray<float>());
    }

    [Fact]
    public void TheSameSeedDrawsTheSameEverywhere()
    {
        float[] Drawn(Device device, Action<Tensor, Generator> draw)
        {
            using TensorScope scope = TensorScope.Begin();
            using DeviceScope there = DeviceScope.Begin(device);
            using Generator generator = new(5);
            Tensor tensor = Tensor.Zeros(37);
            draw(tensor, generator);
            draw(tensor, generator);
            return tensor.ToArray<float>();
        }
        foreach (Action<Tensor, Generator> draw in new Action<Tensor, Generator>[] { (t, g) => t.NormalInPlace(1, 2, g), (t, g) => t.UniformInPlace(-1, 3, g), (t, g) => t.BernoulliInPlace(0.3, g) })
            Assert.Equal(Drawn(Device.Cpu, draw), Drawn(TestDevice.Here, draw));
    }

    [Fact]
    public void AMixtureOfDevicesIsRefused()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor here = Tensor.Ones(2), there = here.To(TestDevice.Here);
        Assert.Contains("same device", Assert.ThrowsAny<Exception>(() => here + there).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GradientsAreThoseOfTheProcessor()
    {
        float[] Gradient(Device device)
        {
            using TensorScope scope = TensorScope.Begin();
            using DeviceScope there = DeviceScope.Begin(device);
            using Generator generator = new(1);
            using Conv2d convolution = new(2, 3, kernel: 3, stride: 1, padding: 1, generator: generator);
            using BatchNorm2d norm = new(3);
            Tensor input = Tensor.Zeros(2, 2, 5, 4);
            input.NormalInPlace(0, 1, generator);
            Autograd.Backward((norm.Forward(convolution.Forward(input)).Relu() * 2).Sum());
            return [.. convolution.NamedParameters().First().Tensor.Grad!.ToArray<float>(), .. norm.NamedBuffers().First().Tensor.ToArray<float>()];
        }
        Assert.All(Gradient(Device.Cpu).Zip(Gradient(TestDevice.Here)), values => Assert.Equal(values.First, values.Second, 1e-4f));
    }
}
