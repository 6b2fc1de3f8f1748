using System.Diagnostics;

namespace Equipoise.Benchmarks;

/// <summary>Two ways of the same work, run in turn, so that whatever else the machine does meets both.</summary>
internal static class Rounds
{
    /// <summary>Seconds of one run.</summary>
    internal static double Time(Action work)
    {
        long began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The median seconds of both, and of the ratio of the runs that stood side by side.</summary>
    /// <param name="work">What is compared.</param>
    /// <param name="ours">Seconds of one run of ours.</param>
    /// <param name="theirs">Seconds of one run of the other.</param>
    /// <param name="rounds">How often each runs; one more goes before and is not counted.</param>
    /// <param name="target">The ratio aimed at; null for none.</param>
    internal static Comparison Compare(string work, Func<double> ours, Func<double> theirs, int rounds, double? target = null)
    {
        ours();
        theirs();
        var pairs = Enumerable.Range(0, rounds).Select(_ => (Ours: ours(), Theirs: theirs())).ToArray();
        Comparison result = new(work, Median(pairs.Select(pair => pair.Ours)), Median(pairs.Select(pair => pair.Theirs)), Median(pairs.Select(pair => pair.Ours / pair.Theirs)), target);
        Console.Error.WriteLine($"{work}: {result.Ratio:f3}");
        return result;
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One line of a table.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Ours">Median of ours.</param>
/// <param name="Theirs">Median of the other.</param>
/// <param name="Ratio">Median of the ratios.</param>
/// <param name="Target">The ratio aimed at; null for none.</param>
internal sealed record Comparison(string Work, double Ours, double Theirs, double Ratio, double? Target);
