namespace Equipoise.Data;

/// <summary>
/// Delivers a split in batches, assembled on background threads while the model computes. The order of an epoch depends on the
/// seed and the epoch alone, a sample's augmentation on seed, epoch and sample: however many threads work, the batches are the same, and
/// there is no state to save.
/// </summary>
/// <param name="split">What is delivered.</param>
/// <param name="inputs">The modalities wanted.</param>
/// <param name="options">How.</param>
public sealed class Loader(PackSplit split, IReadOnlyList<ModalityInput> inputs, LoaderOptions options)
{
    private readonly BatchAssembler _assembler = new(split, inputs, options.Seed, options.Augment);

    /// <summary>Batches of an epoch.</summary>
    public int StepsPerEpoch => options.DropLast ? Math.Max(1, split.Count / options.BatchSize) : (split.Count + options.BatchSize - 1) / options.BatchSize;

    /// <summary>The batches of an epoch, from a step on; the caller disposes each. No more than <see cref="LoaderOptions.Workers"/> + 1 wait at a time.</summary>
    public IEnumerable<Batch> Epoch(int epoch, int firstStep = 0)
    {
        int[][] steps = [.. SampleOrder.Of(split, options.Sampling, options.Seed, epoch).Chunk(options.BatchSize).Take(StepsPerEpoch).Skip(firstStep)];
        if (steps.Length == 1)
        {
            yield return _assembler.Assemble(steps[0], epoch); // Nothing to overlap with: no thread is asked for it.
            yield break;
        }
        Queue<Task<Batch>> ahead = new();
        using SemaphoreSlim seats = new(Math.Max(1, options.Workers));
        int next = 0;
        try
        {
            while (next < steps.Length || ahead.Count > 0)
            {
                while (next < steps.Length && ahead.Count <= Math.Max(1, options.Workers)) ahead.Enqueue(Assemble(steps[next++], epoch, seats));
                yield return ahead.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            foreach (Task<Batch> left in ahead) Drop(left);
        }
    }

    private Task<Batch> Assemble(int[] indices, int epoch, SemaphoreSlim seats) => Task.Run(() =>
    {
        seats.Wait();
        try
        {
            return _assembler.Assemble(indices, epoch);
        }
        finally
        {
            seats.Release();
        }
    });

    /// <summary>Waits for a batch that nobody wants any more; what went wrong with it is told by nobody either.</summary>
    private static void Drop(Task<Batch> batch)
    {
        try
        {
            batch.GetAwaiter().GetResult().Dispose();
        }
        catch (Exception) when (batch.IsFaulted)
        {
            // The batch before it was the last one wanted.
        }
    }
}

/// <summary>How a loader delivers.</summary>
public sealed record LoaderOptions
{
    /// <summary>Samples of a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Seed of order and augmentation; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which samples an epoch visits; all in their order by default.</summary>
    public Sampling Sampling { get; init; }

    /// <summary>Whether augmentations apply; false by default.</summary>
    public bool Augment { get; init; }

    /// <summary>Whether a last batch with fewer samples is left out (an only batch is kept); false by default.</summary>
    public bool DropLast { get; init; }

    /// <summary>Batches assembled at a time, at least 1; they are the same however many. Default 1.</summary>
    public int Workers { get; init; } = 1;
}
