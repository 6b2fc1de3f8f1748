using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using Equipoise.Formats;

namespace Equipoise.Data.Manifests;

/// <summary>The rows of a manifest, whether it is CSV with a heading or one JSON object a line.</summary>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The line of each row, from 1, and its cells by column; a cell that is not there is empty.</param>
internal sealed record ManifestRows(IReadOnlyList<string> Columns, IReadOnlyList<(int Line, IReadOnlyDictionary<string, string> Cells)> Rows)
{
    /// <summary>Reads a manifest; <c>.jsonl</c> is JSON Lines, everything else CSV.</summary>
    /// <exception cref="InvalidFileException">It does not exist, or is neither.</exception>
    internal static ManifestRows Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        return path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) ? JsonLines(path) : CsvFile.Read(path, heading: true, Csv);
    }

    private static ManifestRows Csv(CsvReader csv)
    {
        string[] columns = [.. csv.Headers];
        List<(int, IReadOnlyDictionary<string, string>)> rows = [];
        while (csv.Read())
        {
            Dictionary<string, string> cells = new(columns.Length);
            for (int i = 0; i < columns.Length && i < csv.FieldCount; i++) cells[columns[i]] = csv.GetString(i).Trim();
            rows.Add(((int)csv.LineNumber, cells));
        }
        return new ManifestRows(columns, rows);
    }

    private static ManifestRows JsonLines(string path)
    {
        List<string> columns = [];
        HashSet<string> known = [];
        List<(int, IReadOnlyDictionary<string, string>)> rows = [];
        int line = 0;
        foreach (string text in WholeFile.ReadText(path).Split('\n'))
        {
            line++;
            if (text.Trim().Length == 0) continue;
            Dictionary<string, string> cells = Cells(path, line, text);
            columns.AddRange(cells.Keys.Where(known.Add));
            rows.Add((line, cells));
        }
        return new ManifestRows(columns, rows);
    }

    private static Dictionary<string, string> Cells(string path, int line, string text)
    {
        try
        {
            return JsonNode.Parse(text)!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value?.ToString().Trim() ?? "");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            throw new InvalidFileException(path, $"holds no JSON object in line {line}", "write one object a line, such as {\"id\": \"a1\", \"label\": \"cat\", \"audio\": \"a1.wav\"}");
        }
    }
}
