using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>A line of the table of all.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Ours">Ours, with its unit.</param>
/// <param name="Other">What stands beside, with its unit; empty for nothing.</param>
/// <param name="Ratio">Ours / other; empty where nothing stands beside.</param>
/// <param name="Aim">What was aimed at; empty for nothing.</param>
internal sealed record Row(string Work, string Ours, string Other = "", string Ratio = "", string Aim = "")
{
    internal static readonly string[] Heads = ["work", "ours", "beside it", "ratio", "aim"];

    internal string[] Cells => [Work, Ours, Other, Ratio, Aim];

    /// <summary>Medians of two ways that ran in turn.</summary>
    /// <param name="comparison">Both.</param>
    /// <param name="other">What the other way is called.</param>
    internal static Row Of(Comparison comparison, string other) => new(
        comparison.Work, $"{Tables.Number(comparison.Ours)} s", $"{Tables.Number(comparison.Theirs)} s ({other})", Tables.Ratio(comparison.Ratio), AtMost(comparison.Target, ""));

    /// <summary>"≤ 0.9 s", or nothing.</summary>
    internal static string AtMost(double? bound, string unit) => bound is { } value ? string.Create(CultureInfo.InvariantCulture, $"≤ {value:0.00}{unit}") : "";
}
