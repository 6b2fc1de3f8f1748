namespace Equipoise.Torch.Tests;

/// <summary>The allocator's bytes, moment by moment.</summary>
public sealed class MemoryRecordingTests
{
    [Fact]
    public void EveryAllocationAndReleaseIsAMoment()
    {
        long[] held = MemoryRecording.Of(() =>
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor first = Tensor.Zeros(1000);
            first.Dispose();
            Tensor.Zeros(DType.Float64, 10, 10);
            Tensor.Zeros(5);
        });
        Assert.Equal([4000, 0, 800, 820], held[..4]);
        Assert.Equal(0, held[^1]);
        Assert.Equal(6, held.Length);
    }

    [Fact]
    public void TheBackwardPassCounts()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor parameter = Tensor.Ones(256);
        parameter.RequiresGrad = true;
        long[] held = MemoryRecording.Of(() =>
        {
            using TensorScope inner = TensorScope.Begin();
            Autograd.Backward((parameter * 2).Sum());
            parameter.Grad = null;
        });
        Assert.True(held.Max() >= 2048); // The product and the gradient.
        Assert.Equal(0, held[^1]);
    }

    [Fact]
    public void AFailureEndsTheRecording()
    {
        Assert.Throws<InvalidOperationException>(() => MemoryRecording.Of(() => throw new InvalidOperationException("no")));
        using TensorScope scope = TensorScope.Begin();
        Assert.Empty(MemoryRecording.Of(() => { }));
        Tensor.Zeros(7);
    }
}
