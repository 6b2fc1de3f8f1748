using System.Collections.Concurrent;

namespace Equipoise.Data;

/// <summary>
/// Delivers a split in batches, assembled on a background thread while the model computes. The order of an epoch depends on the
/// seed and the epoch alone, a sample's augmentation on seed, epoch and sample: there is no state to save.
/// </summary>
/// <param name="split">What is delivered.</param>
/// <param name="inputs">The modalities wanted.</param>
/// <param name="batchSize">Samples of a batch; the last of an epoch may be smaller.</param>
/// <param name="seed">Seed of order and augmentation.</param>
/// <param name="shuffle">Whether each epoch has its own order.</param>
/// <param name="augment">Whether augmentations apply.</param>
public sealed class Loader(PackSplit split, IReadOnlyList<ModalityInput> inputs, int batchSize, ulong seed, bool shuffle, bool augment)
{
    private const int Prefetch = 2;
    private readonly BatchAssembler _assembler = new(split, inputs, seed, augment);

    /// <summary>Batches of an epoch.</summary>
    public int StepsPerEpoch => (split.Count + batchSize - 1) / batchSize;

    /// <summary>The batches of an epoch, from a step on; the caller disposes each.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int firstStep = 0)
    {
        int[][] steps = [.. Order(epoch).Chunk(batchSize).Skip(firstStep)];
        if (steps.Length == 1)
        {
            yield return _assembler.Assemble(steps[0], epoch); // Nothing to overlap with: no thread is asked for it.
            yield break;
        }
        using BlockingCollection<Batch> ready = new(Prefetch);
        using CancellationTokenSource stop = new();
        Task work = Task.Factory.StartNew(() => Fill(steps, epoch, ready, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (Batch batch in ready.GetConsumingEnumerable(CancellationToken.None)) yield return batch;
            work.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            while (!work.IsCompleted || ready.Count > 0)
                if (ready.TryTake(out Batch? left, millisecondsTimeout: 20)) left.Dispose();
        }
    }

    private int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, split.Count)];
        if (shuffle) new SeededRandom(SeedStream.Derive(seed, "order", epoch)).Shuffle<int>(order);
        return order;
    }

    private void Fill(int[][] steps, int epoch, BlockingCollection<Batch> ready, CancellationToken stop)
    {
        try
        {
            foreach (int[] indices in steps)
            {
                if (stop.IsCancellationRequested) return;
                Batch batch = _assembler.Assemble(indices, epoch);
                try
                {
                    ready.Add(batch, stop);
                }
                catch (OperationCanceledException)
                {
                    batch.Dispose();
                    return;
                }
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }
}
