using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>The most memory that training holds, ours and the plain PyTorch program's, each a process of its own; and what a step leaves to the garbage collector.</summary>
internal static class MemoryBenchmark
{
    internal const int Steps = 6;

    internal static IEnumerable<Row> Rows(int batch)
    {
        foreach (string name in (string[])["joint", "mmpareto"])
        {
            double[] said = Child.Ask(Environment.ProcessPath!, "hold", name, "--batch", $"{batch}");
            var (peak, allocated) = (said[0], said[1]);
            double theirs = Theirs(name, batch);
            Console.Error.WriteLine($"peak memory, {name}: {peak / theirs:f3}");
            yield return new Row($"peak memory of {Steps} {name} steps, float32, the whole process", Mebibytes(peak), $"{Mebibytes(theirs)} (PyTorch)", Tables.Ratio(peak / theirs), Row.AtMost(0.9, ""));
            yield return new Row($"managed memory allocated in a {name} step", string.Create(CultureInfo.InvariantCulture, $"{allocated / 1024:f0} KiB"));
        }
    }

    /// <summary>What a process of its own does: says its peak and the bytes allocated in its last step.</summary>
    internal static void Hold(TextWriter output, string name, int batch, bool half)
    {
        using MadeUpTraining ours = MadeUpTraining.OfTwoResNets(StepCase.All.Single(one => one.Name == name).Method(), batch, half);
        for (int i = 1; i < Steps; i++) ours.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ours.Step();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Child.PeakBytesOf("self"):f0} {GC.GetAllocatedBytesForCurrentThread() - before}"));
    }

    private static double Theirs(string name, int batch)
    {
        using Rival rival = new("steps.py", $"{batch}", $"{Environment.ProcessorCount}");
        rival.Run(name, Steps);
        return rival.PeakBytes();
    }

    private static string Mebibytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):f0} MiB");
}
