using System.Globalization;
using Equipoise.Torch;

namespace Equipoise.Benchmarks;

/// <summary>Results as Markdown, so that they go into a page as they are.</summary>
internal static class Tables
{
    /// <summary>The machine and the day.</summary>
    internal static void Heading(TextWriter output) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, libtorch {TorchRuntime.Version}, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd}\n"));

    /// <summary>Ours against another way of the same work.</summary>
    internal static void Comparisons(TextWriter output, string ours, string theirs, string unit, IEnumerable<Comparison> rows) => Rows(output,
        ["work", $"{ours}, {unit}", $"{theirs}, {unit}", "ratio", "aim"],
        rows.Select(row => (string[])[row.Work, Number(row.Ours), Number(row.Theirs), row.Ratio.ToString("f3", CultureInfo.InvariantCulture), row.Target is { } target ? string.Create(CultureInfo.InvariantCulture, $"≤ {target}") : ""]));

    /// <summary>Any table.</summary>
    internal static void Rows(TextWriter output, string[] heads, IEnumerable<string[]> rows)
    {
        output.WriteLine($"| {string.Join(" | ", heads)} |");
        output.WriteLine($"|{string.Concat(heads.Select(_ => "---|"))}");
        foreach (string[] row in rows) output.WriteLine($"| {string.Join(" | ", row)} |");
        output.WriteLine();
    }

    /// <summary>A number to three or four digits.</summary>
    internal static string Number(double value) => value.ToString(value switch { >= 1000 => "f0", >= 10 => "f1", >= 0.1 => "f3", _ => "g3" }, CultureInfo.InvariantCulture);

    private static string Processor() => File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown processor";
}
