using Equipoise.Methods;

namespace Equipoise.Cli.Console;

/// <summary>Methods down, fusions across, in each cell the numbers of modalities that work; below, why the others are refused.</summary>
internal static class MatrixTable
{
    internal static void Write(TextWriter output, IReadOnlyList<MatrixEntry> entries)
    {
        string[] fusions = [.. entries.Select(entry => entry.Fusion).Distinct()];
        IEnumerable<string[]> rows = entries.GroupBy(entry => entry.Method).Select(method =>
            (string[])[method.Key, .. fusions.Select(fusion => Cell(method.Where(entry => entry.Fusion == fusion)))]);
        TextTable.Write(output, ["method", .. fusions], rows, texts: fusions.Length + 1);
        foreach (string reason in entries.Select(entry => entry.Refusal?.Split(", not ")[0]).OfType<string>().Distinct()) output.WriteLine($"refused: {reason}");
    }

    private static string Cell(IEnumerable<MatrixEntry> entries)
    {
        string works = string.Join(' ', entries.Where(entry => entry.Refusal is null).Select(entry => entry.Modalities));
        return works.Length > 0 ? works : "-";
    }
}
