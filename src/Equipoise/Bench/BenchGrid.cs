using Equipoise.Data;

namespace Equipoise.Bench;

/// <summary>A grid of runs: rows (a method with its settings) × seeds, on one pack.</summary>
/// <param name="Title">What the table is about.</param>
/// <param name="Data">The pack.</param>
/// <param name="Config">A configuration that all rows start from; null for the defaults.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Rows">The rows: a name, a method, settings.</param>
public sealed record BenchGrid(string Title, string Data, string? Config, IReadOnlyList<int> Seeds, IReadOnlyList<BenchRow> Rows)
{
    /// <summary>Reads a grid file; paths in it are relative to it.</summary>
    /// <exception cref="ProblemException">The grid has problems; all are told.</exception>
    public static BenchGrid Read(string path)
    {
        ProblemList problems = new();
        YamlMap map = YamlMap.Load(path, problems);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string data = Path.GetFullPath(map.Required("data", "packs/digits"), folder);
        string? config = map.Text("config") is { } given ? Path.GetFullPath(given, folder) : null;
        IReadOnlyList<int> seeds = map.Integers("seeds") ?? [0, 1, 2];
        (string, string)[] common = [.. Settings(map)];
        BenchRow[] rows = [.. map.Maps("rows").Select(row => new BenchRow(row.Name, row.Value.Text("method", row.Name)!, [.. common, .. Settings(row.Value)]))];
        if (rows.Length == 0) map.Problem("rows", "are missing", "write names with their method, for instance rows: {joint: {}, ogm: {method: ogm-ge}}");
        string title = map.Text("title", Path.GetFileNameWithoutExtension(path))!;
        map.RejectUnknown();
        problems.ThrowIfAny();
        return new BenchGrid(title, data, config, seeds, rows);
    }

    /// <summary>The folder of one run: the row's name, and the seed where there are several.</summary>
    public string RunName(BenchRow row, int seed) => (Seeds.Count > 1 ? $"{row.Name}-{seed}" : row.Name).Replace(' ', '-');

    private static IEnumerable<(string Key, string Value)> Settings(YamlMap map)
    {
        if (map.Map("set") is not { } settings) yield break;
        foreach (string key in settings.Keys)
            if (settings.Raw(key) is { } value) yield return (key, value);
    }
}

/// <summary>One row: a name, a method, settings by dotted key.</summary>
public sealed record BenchRow(string Name, string Method, IReadOnlyList<(string Key, string Value)> Settings);
