using System.Globalization;
using Equipoise.Torch;

namespace Equipoise.Benchmarks;

/// <summary>Results as Markdown, so that they go into a page as they are.</summary>
internal static class Tables
{
    /// <summary>The machine and the day.</summary>
    internal static void Heading(TextWriter output) => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{TorchRuntime.Processor}, {Environment.ProcessorCount} cores, {DeviceScope.Current}, libtorch {TorchRuntime.Version}, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd}\n"));

    /// <summary>The lines of several parts in one table, written as they come.</summary>
    internal static void Rows(TextWriter output, IEnumerable<Row> rows) => Rows(output, Row.Heads, rows.Select(row => row.Cells));

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

    internal static string Ratio(double value) => value.ToString("f3", CultureInfo.InvariantCulture);
}
