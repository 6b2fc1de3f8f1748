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
    private readonly BatchAssembler _assembler = new(split, inputs, options);

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
        using Crew crew = new(_assembler, steps, epoch, Math.Max(1, options.Workers));
        for (int step = 0; step < steps.Length; step++) yield return crew.Take(step);
    }

    /// <summary>Threads of their own (the pool's may all be waiting for batches) that take the steps in turn, a few ahead of the one wanted.</summary>
    private sealed class Crew : IDisposable
    {
        private readonly BatchAssembler _assembler;
        private readonly int[][] _steps;
        private readonly int _epoch;
        private readonly TaskCompletionSource<Batch>[] _batches;
        private readonly SemaphoreSlim _ahead;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _workers;
        private int _begun;
        private int _taken;

        internal Crew(BatchAssembler assembler, int[][] steps, int epoch, int workers)
        {
            (_assembler, _steps, _epoch) = (assembler, steps, epoch);
            _batches = [.. steps.Select(_ => new TaskCompletionSource<Batch>())];
            _ahead = new SemaphoreSlim(workers + 1);
            _workers = [.. Enumerable.Range(0, workers).Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        }

        /// <summary>The batch of a step, waited for; steps are taken in their order.</summary>
        internal Batch Take(int step)
        {
            Batch batch = _batches[step].Task.GetAwaiter().GetResult();
            _taken = step + 1;
            _ahead.Release();
            return batch;
        }

        public void Dispose()
        {
            _stop.Cancel();
            Task.WaitAll(_workers);
            foreach (TaskCompletionSource<Batch> left in _batches.Skip(_taken).Where(batch => batch.Task.IsCompletedSuccessfully)) left.Task.Result.Dispose();
            _stop.Dispose();
            _ahead.Dispose();
        }

        private void Work()
        {
            while (true)
            {
                try
                {
                    _ahead.Wait(_stop.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                int step = Interlocked.Increment(ref _begun) - 1;
                if (step >= _steps.Length) return;
                try
                {
                    _batches[step].SetResult(_assembler.Assemble(_steps[step], _epoch));
                }
                catch (Exception error)
                {
                    _batches[step].SetException(error); // Told where the batch is taken.
                }
            }
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

    /// <summary>Whether batches stand in memory that a card reads by itself (<see cref="Torch.Tensor.Pinned"/>); false by default.</summary>
    public bool Pinned { get; init; }

    /// <summary>Batches assembled at a time, at least 1; they are the same however many. Default 1.</summary>
    public int Workers { get; init; } = 1;
}
