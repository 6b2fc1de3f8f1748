using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Devices.Tests;

/// <summary>Gradient checkpointing where the backward pass runs on a thread of libtorch's own.</summary>
public sealed class RecomputeTests
{
    [Fact]
    public void ThePartIsComputedAgainOnTheDeviceAndOnAnotherThread()
    {
        using TensorScope scope = TensorScope.Begin();
        using DeviceScope there = DeviceScope.Begin(TestDevice.Here);
        Tensor input = Tensor.From([1f, 2, 3], 3);
        input.RequiresGrad = true;
        List<(int Thread, Device Device)> runs = [];
        Tensor result = Recompute.Run(
            x =>
            {
                runs.Add((Environment.CurrentManagedThreadId, DeviceScope.Current));
                return x * x * Tensor.From([1f, 10, 100], 3);
            }, input, [], new DrawStream());
        Autograd.Backward(result.Sum());
        Assert.Equal([2f, 40, 600], input.Grad!.ToArray<float>());
        Assert.Equal(2, runs.Count);
        Assert.NotEqual(runs[0].Thread, runs[1].Thread);
        Assert.All(runs, run => Assert.Equal(TestDevice.Here, run.Device));
    }

    [Fact]
    public void WhatItThrowsThereIsThrownHere()
    {
        using TensorScope scope = TensorScope.Begin();
        using DeviceScope there = DeviceScope.Begin(TestDevice.Here);
        Tensor input = Tensor.Ones(3);
        input.RequiresGrad = true;
        int runs = 0;
        Tensor result = Recompute.Run(x => ++runs == 1 ? x * 2 : throw new FormatException("the second time"), input, [], new DrawStream());
        Assert.Equal("the second time", Assert.Throws<FormatException>(() => Autograd.Backward(result.Sum())).Message);
        Autograd.Backward((input * 3).Sum());
        Assert.Equal([3f, 3, 3], input.Grad!.ToArray<float>());
    }
}
