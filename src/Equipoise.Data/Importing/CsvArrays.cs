using System.Globalization;
using CsvHelper;
using Equipoise.Data.Manifests;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>
/// Features in a CSV file with a heading: <c>label</c> holds class numbers, columns <c>audio.0</c>, <c>audio.1</c> … are the modality <c>audio</c>,
/// and columns of numbers without a dot together the modality <c>features</c>. Columns of texts are left out.
/// </summary>
internal static class CsvArrays
{
    private const int Probed = 100;

    /// <summary>The arrays, float32, and the labels, int64.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ignored">Gets the columns of texts.</param>
    /// <exception cref="InvalidFileException">It is no such file.</exception>
    internal static IReadOnlyDictionary<string, NdArray> Read(string path, ICollection<string> ignored)
    {
        var (columns, modalityOf) = CsvFile.Read(path, heading: true, Columns);
        for (int i = 0; i < columns.Length; i++) if (modalityOf[i].Length == 0) ignored.Add(columns[i]);
        return CsvFile.Read(path, heading: true, csv => Read(csv, path, columns, modalityOf));
    }

    /// <summary>The heading, and for each column its modality: empty for one that is left out.</summary>
    private static (string[] Columns, string[] ModalityOf) Columns(CsvReader csv)
    {
        string[] columns = [.. csv.Headers];
        bool[] number = [.. columns.Select(_ => true)];
        for (int row = 0; row < Probed && csv.Read(); row++)
            for (int i = 0; i < Math.Min(columns.Length, csv.FieldCount); i++) number[i] &= Number(csv.GetString(i)) is not null;
        return (columns, [.. columns.Select((column, i) => !number[i] || column == "id" ? "" : column == "label" ? "label" : column.LastIndexOf('.') is > 0 and var dot ? column[..dot] : "features")]);
    }

    private static Dictionary<string, NdArray> Read(CsvReader csv, string path, string[] columns, string[] modalityOf)
    {
        Dictionary<string, List<float>> values = modalityOf.Where(name => name is not ("" or "label")).Distinct().ToDictionary(name => name, _ => new List<float>());
        List<long> labels = [];
        int rows = 0;
        for (; csv.Read(); rows++)
        {
            if (csv.FieldCount != columns.Length) throw new InvalidFileException(path, $"has {csv.FieldCount} cells in line {csv.LineNumber} where the heading has {columns.Length}", "correct the line");
            for (int i = 0; i < columns.Length; i++)
            {
                if (modalityOf[i].Length == 0) continue;
                double number = Number(csv.GetString(i)) ?? throw new InvalidFileException(path, $"holds '{csv.GetString(i)}' for {columns[i]} in line {csv.LineNumber}, which is no number", "correct the cell");
                if (modalityOf[i] == "label") labels.Add(number == Math.Floor(number) ? (long)number : -1);
                else values[modalityOf[i]].Add((float)number);
            }
        }
        Dictionary<string, NdArray> arrays = values.ToDictionary(pair => pair.Key, pair => NdArray.From<float>([.. pair.Value], rows, rows == 0 ? 0 : pair.Value.Count / rows));
        if (modalityOf.Contains("label")) arrays["label"] = NdArray.From<long>([.. labels], rows);
        return arrays;
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
