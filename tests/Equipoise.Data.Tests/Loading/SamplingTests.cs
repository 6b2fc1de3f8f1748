using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data.Tests.Loading;

/// <summary>Which samples come when depends on seed and epoch, never on how many threads work.</summary>
[Collection(nameof(Alone))]
public sealed class SamplingTests : IDisposable
{
    private const int Count = 200;
    private readonly TempFolder _folder = new();
    private readonly Pack _pack;

    public SamplingTests()
    {
        // Of every ten samples eight are of class 0 and of speaker a.
        using (PackWriter writer = new(_folder["pack"], "p", ["x", "y", "z"], [new PackModality("vector", ModalityKind.Features, [2], ElementType.Float32, null)]))
        {
            foreach (string split in (string[])["train", "val", "test"])
            {
                PackSplitWriter part = writer.AddSplit(split);
                for (int i = 0; i < Count; i++)
                {
                    int key = i % 10 < 8 ? 0 : i % 10 - 7;
                    part.Append($"{split}{i}", key, $"{"abc"[key]}", new Dictionary<string, byte[]?> { ["vector"] = NdArray.From<float>([i, -i], 2).Data });
                }
            }
            writer.Complete(0);
        }
        _pack = Pack.Open(_folder["pack"]);
    }

    public void Dispose()
    {
        _pack.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Sampling.Shuffled)]
    [InlineData(Sampling.BalancedClasses)]
    [InlineData(Sampling.BalancedGroups)]
    public void TheBatchesAreTheSameHoweverManyWork(Sampling sampling)
    {
        string one = Told(Make(sampling, workers: 1), 3);
        Assert.Equal(one, Told(Make(sampling, workers: 4), 3));
        Assert.Equal(one, Told(Make(sampling, workers: 16), 3));
        Assert.NotEqual(one, Told(Make(sampling, workers: 4), 4));
        Assert.EndsWith(Told(Make(sampling, workers: 4), 3, firstStep: 5), one, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Sampling.BalancedClasses)]
    [InlineData(Sampling.BalancedGroups)]
    public void RareOnesComeAsOftenAsTheOthers(Sampling sampling)
    {
        int[] seen = [.. Enumerable.Range(0, 10).SelectMany(epoch => Make(sampling).Epoch(epoch)).SelectMany(Indices)];
        Assert.Equal(10 * Count, seen.Length);
        int[] counts = [.. Enumerable.Range(0, 3).Select(key => seen.Count(i => (i % 10 < 8 ? 0 : i % 10 - 7) == key))];
        Assert.All(counts, count => Assert.InRange(count, 560, 775));
        Assert.InRange(seen.Distinct().Count(), Count - 5, Count);
    }

    [Fact]
    public void TheLastBatchIsLeftOutWhereAsked()
    {
        Loader loader = new(_pack.Split("train"), Inputs(), new LoaderOptions { BatchSize = 64, DropLast = true });
        Assert.Equal(3, loader.StepsPerEpoch);
        Assert.Equal([64, 64, 64], loader.Epoch(0).Select(batch => Indices(batch).Length));
        Loader only = new(_pack.Split("train"), Inputs(), new LoaderOptions { BatchSize = 999, DropLast = true });
        Assert.Equal([Count], only.Epoch(0).Select(batch => Indices(batch).Length));
    }

    [Fact]
    public void ManyReadersAtOnceDoNotStarveEachOther()
    {
        string one = Told(Make(Sampling.Shuffled), 0);
        Assert.All(Enumerable.Range(0, 64).AsParallel().WithDegreeOfParallelism(64).Select(_ => Told(Make(Sampling.Shuffled, workers: 2), 0)), told => Assert.Equal(one, told));
    }

    [Fact]
    public void WhatGoesWrongInABatchIsToldWhereItIsTaken()
    {
        ModalityInput wrong = new(_pack.Modality("vector") with { Name = "absent" }, new InputNormalisation([0], [1]), []);
        Loader loader = new(_pack.Split("train"), [wrong], new LoaderOptions { BatchSize = 7, Workers = 3 });
        Assert.Throws<KeyNotFoundException>(() => loader.Epoch(0).First());
    }

    [Fact]
    public void LeavingEarlyLeavesNoTensorBehind()
    {
        long before = TensorDiagnostics.Live;
        using (Make(Sampling.Shuffled, workers: 8).Epoch(0).First())
        {
        }
        Assert.Equal(before, TensorDiagnostics.Live);
    }

    private Loader Make(Sampling sampling, int workers = 1) => new(_pack.Split("train"), Inputs(), new LoaderOptions { BatchSize = 7, Seed = 5, Sampling = sampling, Workers = workers });

    private ModalityInput[] Inputs() => [new(_pack.Modality("vector"), new InputNormalisation([0], [1]), [])];

    private static string Told(Loader loader, int epoch, int firstStep = 0) => string.Join(' ', loader.Epoch(epoch, firstStep).Select(batch =>
    {
        using Batch own = batch;
        using TensorScope scope = TensorScope.Begin();
        return string.Join(',', batch.Inputs["vector"].ToArray<float>());
    }));

    private static int[] Indices(Batch batch)
    {
        using (batch) return batch.Indices;
    }
}
