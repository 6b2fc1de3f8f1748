using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Bench;

/// <summary>Runs a grid: what is finished is skipped, what was interrupted goes on, what fails is told at the end.</summary>
/// <param name="grid">What to run.</param>
/// <param name="folder">Where: one run folder per cell under <c>runs/</c>.</param>
/// <param name="clock">The clock.</param>
public sealed class BenchRunner(BenchGrid grid, string folder, TimeProvider clock)
{
    private readonly ConcurrentDictionary<BenchCell, JsonNode> _finished = [];
    private readonly ConcurrentDictionary<BenchCell, string> _failures = [];
    private int _trained;

    /// <summary>Shows the training of one run; called once per run, by its title.</summary>
    public Func<string, ITrainingObserver> Observe { get; init; } = _ => new NoObserver();

    /// <summary>Takes a line after every run.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Runs at a time, at least 1; several share the processors evenly, one thread each at the least.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Runs the grid.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; runs under way have saved their state.</exception>
    public BenchResult Run(CancellationToken cancellation)
    {
        ConcurrentQueue<BenchCell> waiting = new(grid.Cells);
        ConcurrentQueue<Exception> broken = [];
        long began = clock.GetTimestamp();
        Thread[] workers = [.. Enumerable.Range(0, Math.Clamp(Jobs, 1, grid.Cells.Count)).Select(_ => new Thread(() => Work(waiting, broken, began, cancellation)))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        if (broken.OrderBy(error => error is OperationCanceledException).FirstOrDefault() is { } error) ExceptionDispatchInfo.Throw(error);
        return new BenchResult(grid, _finished, [.. grid.Cells.Where(_failures.ContainsKey).Select(cell => $"{cell.Title}: {_failures[cell]}")]);
    }

    private void Work(ConcurrentQueue<BenchCell> waiting, ConcurrentQueue<Exception> broken, long began, CancellationToken cancellation)
    {
        try
        {
            while (broken.IsEmpty && waiting.TryDequeue(out BenchCell? cell))
            {
                cancellation.ThrowIfCancellationRequested();
                RunCell(cell, began, cancellation);
            }
        }
        catch (Exception error)
        {
            broken.Enqueue(error);
        }
    }

    private void RunCell(BenchCell cell, long began, CancellationToken cancellation)
    {
        string run = Path.Combine(folder, "runs", cell.Folder);
        try
        {
            Check(cell, run);
            if (Finished(run) is null)
            {
                Train(cell, run, cancellation);
                Interlocked.Increment(ref _trained);
            }
            JsonObject metrics = Finished(run)!.AsObject();
            if (grid.Probes && cell.Row.Method != "unimodal") metrics["probes"] = ModalityProbes.OfRun(run, "test", clock).ToJson();
            _finished[cell] = metrics;
            Say(string.Create(CultureInfo.InvariantCulture, $"{cell.Title}: test {metrics["test"]!["accuracy"]!.GetValue<double>():0.000}{Progress(began)}"));
        }
        catch (Exception error) when (error is DivergedException or ProblemException or InvalidFileException or IOException)
        {
            _failures[cell] = error.Message.ReplaceLineEndings(" ");
            Say($"{cell.Title}: failed{Progress(began)}");
        }
    }

    /// <summary>Refuses to take a run for this cell's that was made with other settings.</summary>
    private static void Check(BenchCell cell, string run)
    {
        string path = run + ".cell.json", wanted = Describe(cell);
        if (!Directory.Exists(run) || !File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAllText(path, wanted);
        }
        else if (File.ReadAllText(path) != wanted)
            throw new ProblemException($"{run}: was run with other settings than the grid has now; remove it, or choose another --out");
    }

    private static string Describe(BenchCell cell) => new JsonObject
    {
        ["data"] = cell.Pack.Data,
        ["config"] = cell.Pack.Config is { } config && File.Exists(config) ? File.ReadAllText(config) : null,
        ["method"] = cell.Row.Method,
        ["settings"] = new JsonObject(cell.Settings.DistinctBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)cell.Settings.Last(other => other.Key == pair.Key).Value))),
    }.ToJsonString() + "\n";

    private static JsonNode? Finished(string run)
    {
        string path = Path.Combine(run, "metrics.json");
        return File.Exists(path) ? WholeFile.ReadJson(path, "metrics of a run", "remove the run's folder", json => json["test"] is null ? null : json) : null;
    }

    private void Train(BenchCell cell, string run, CancellationToken cancellation)
    {
        bool resume = File.Exists(Path.Combine(run, "config.yaml"));
        RunConfigReader reader = resume
            ? new RunConfigReader(Path.Combine(run, "config.yaml"))
            : new RunConfigReader(cell.Pack.Config).Override(cell.Pack.Data, cell.Row.Method, [.. Threads(), .. cell.Settings]);
        var (config, pack) = reader.Resolve();
        using (config)
        using (pack)
        using (RunFolder opened = resume ? RunFolder.Open(run) : RunFolder.Begin(run, force: false))
        using (Trainer trainer = new(config, pack, opened, Observe(cell.Title), clock))
            _ = resume ? trainer.Resume(cancellation) : trainer.Run(cancellation);
    }

    private IEnumerable<(string, string)> Threads() => Jobs > 1 ? [("train.threads", $"{Math.Max(1, Environment.ProcessorCount / Jobs)}")] : [];

    private string Progress(long began)
    {
        int done = _finished.Count + _failures.Count, left = grid.Cells.Count - done;
        if (left == 0 || _trained == 0) return $" ({done} of {grid.Cells.Count})";
        double minutes = clock.GetElapsedTime(began).TotalMinutes / _trained * left;
        return string.Create(CultureInfo.InvariantCulture, $" ({done} of {grid.Cells.Count}, about {Math.Max(1, minutes):0} min left)");
    }

    private sealed class NoObserver : ITrainingObserver
    {
        public void Stepped(int epoch, int step, int steps)
        {
        }

        public void EpochDone(EpochReport report)
        {
        }
    }
}
