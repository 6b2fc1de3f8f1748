using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Equipoise.Torch;

namespace Equipoise.Benchmarks;

/// <summary>The sum of two tensors of 2×3 numbers, called from C++ and from C#, where the result is disposed at once.</summary>
public partial class SmallOperators
{
    private const int Calls = 10_000;
    private readonly int _calls = Calls;
    private Tensor _a = null!, _b = null!;

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        using TensorScope scope = TensorScope.Begin();
        _a = Tensor.Zeros(2, 3).Own();
        _b = Tensor.Ones(2, 3).Own();
    }

    /// <summary>at::add in a C++ loop.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public void AddFromCpp() => DirectAdd(_calls);

    /// <summary>a + b.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public void Add()
    {
        using TensorScope scope = TensorScope.Begin();
        for (int i = 0; i < Calls; i++) (_a + _b).Dispose();
    }

    /// <summary>add_ in a C++ loop.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public void AddInPlaceFromCpp() => DirectAddInPlace(_calls);

    /// <summary>a += b, in place.</summary>
    [Benchmark(OperationsPerInvoke = Calls)]
    public void AddInPlace()
    {
        for (int i = 0; i < Calls; i++) _a.AddInPlace(_b);
    }

    [LibraryImport("equipoise_direct", EntryPoint = "direct_add")]
    private static partial void DirectAdd(int count);

    [LibraryImport("equipoise_direct", EntryPoint = "direct_add_in_place")]
    private static partial void DirectAddInPlace(int count);
}
