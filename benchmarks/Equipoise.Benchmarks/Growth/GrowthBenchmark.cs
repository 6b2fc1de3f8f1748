using System.Globalization;
using Equipoise.Methods;

namespace Equipoise.Benchmarks;

/// <summary>How time and memory grow: with the batch, the number of modalities, the classes, the loader's workers and the jobs of a comparison. A table and a chart each.</summary>
internal static class GrowthBenchmark
{
    internal static void Run(TextWriter output, string folder, string? charts, int rounds)
    {
        Directory.CreateDirectory(folder);
        Tables.Heading(output);
        Write(output, charts, "batch", "joint step of two ResNet-18 against the batch", ["batch", "step, s", "peak memory, MiB"], [.. ((int[])[4, 8, 16, 32]).Select(batch => Step("two-resnets", batch, rounds))]);
        Write(output, charts, "modalities", "joint step against modalities (ResNet-18 on 1×96×96 each, batch 16)", ["modalities", "step, s", "peak memory, MiB"], [.. Enumerable.Range(2, 5).Select(count => Step("modalities", count, rounds))]);
        Write(output, charts, "classes", "mmpareto step against classes (two features of 512 numbers, batch 64)", ["classes", "step, s", "peak memory, MiB"], [.. ((int[])[10, 100, 1000, 10_000]).Select(count => Step("classes", count, rounds))]);
        Write(output, charts, "workers", "an epoch of 480 pictures and spectrograms against the loader's workers", ["workers", "epoch, s"], [.. Workers(folder, rounds)]);
        Write(output, charts, "jobs", "a comparison of four rows and two seeds against jobs at a time", ["jobs", "bench, s"], [.. Jobs(folder)]);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the process that <see cref="Step"/> starts does: says the median seconds of a step and its peak.</summary>
    internal static void Hold(TextWriter output, string kind, int size, int rounds)
    {
        using MadeUpTraining training = kind switch
        {
            "two-resnets" => MadeUpTraining.OfTwoResNets(new Joint(), size, half: false),
            "modalities" => MadeUpTraining.OfModalities(size),
            _ => MadeUpTraining.OfClasses(size),
        };
        training.Step();
        training.Step();
        double seconds = Rounds.Median(Enumerable.Range(0, rounds).Select(_ => Rounds.Time(training.Step)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds:r} {Child.PeakBytesOf("self") / (1 << 20):f0}"));
    }

    private static double[] Step(string kind, int size, int rounds)
    {
        Console.Error.WriteLine($"{kind} {size} …");
        return [size, .. Child.Ask(Environment.ProcessPath!, "grow", kind, $"{size}", "--rounds", $"{rounds}")];
    }

    /// <summary>Epochs with each number of workers in turn, after some that leave files and code warm.</summary>
    private static IEnumerable<double[]> Workers(string folder, int rounds)
    {
        using MediaEpoch epoch = new(Path.Combine(folder, "media"));
        (int Workers, Action Once, List<double> Seconds)[] sizes = [.. ((int[])[1, 2, 4]).Select(workers => (workers, epoch.With(workers), new List<double>()))];
        Console.Error.WriteLine("workers …");
        for (int round = -10; round < 3 * rounds; round++)
            foreach (var (_, once, seconds) in sizes)
            {
                double took = Rounds.Time(once);
                if (round >= 0) seconds.Add(took);
            }
        return [.. sizes.Select(size => (double[])[size.Workers, Rounds.Median(size.Seconds)])];
    }

    private static IEnumerable<double[]> Jobs(string folder)
    {
        string data = Path.Combine(folder, "data.npz"), pack = Path.Combine(folder, "features"), grid = Path.Combine(folder, "grid.yaml");
        LargeData.WriteFeatures(data, 20_000, seed: 1);
        Child.Run(StartBenchmark.Program, "data", "import", "--train", data, "--test", data, "--out", pack);
        File.WriteAllText(grid, $"data: {pack}\nseeds: [0, 1]\nrows:\n  joint: {{}}\n  ogm: {{}}\n  mmpareto: {{}}\n  uniform: {{}}\nset:\n  train.epochs: 3\n");
        foreach (int jobs in (int[])[1, 2, 4])
        {
            string to = Path.Combine(folder, $"bench-{jobs}");
            Console.Error.WriteLine($"jobs {jobs} …");
            yield return [jobs, Child.Run(StartBenchmark.Program, "bench", grid, "--out", to, "--jobs", $"{jobs}", "--quiet").Seconds];
        }
    }

    private static void Write(TextWriter output, string? charts, string name, string title, string[] heads, IReadOnlyList<double[]> rows)
    {
        output.WriteLine($"{char.ToUpperInvariant(title[0])}{title[1..]}:\n");
        Tables.Rows(output, heads, rows.Select(row => (string[])[$"{row[0]}", .. row.Skip(1).Select(Tables.Number)]));
        output.Flush();
        if (charts is null) return;
        Directory.CreateDirectory(charts);
        File.WriteAllText(Path.Combine(charts, $"growth-{name}.svg"), GrowthChart.Draw(title, heads, rows));
    }
}
