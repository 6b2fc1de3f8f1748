using Equipoise.Data;

namespace Equipoise.Bench;

/// <summary>Reads a grid file; paths in it are relative to it, and every problem is told at once.</summary>
public static class BenchGridReader
{
    /// <summary>Reads a grid.</summary>
    /// <exception cref="ProblemException">The grid has problems.</exception>
    /// <exception cref="Formats.InvalidFileException">There is no such file.</exception>
    public static BenchGrid Read(string path)
    {
        ProblemList problems = new();
        YamlMap map = YamlMap.Load(path, problems);
        string title = map.Text("title", Path.GetFileNameWithoutExtension(path))!;
        IReadOnlyList<BenchPack> packs = Packs(map, Path.GetDirectoryName(Path.GetFullPath(path))!, title);
        IReadOnlyList<int> seeds = map.Integers("seeds") ?? [0, 1, 2];
        if (seeds.Count == 0 || seeds.Distinct().Count() < seeds.Count) map.Problem("seeds", "are no list of different numbers", "write for instance [0, 1, 2]");
        BenchGrid grid = new(title, packs, seeds, Choice(map), map.Flag("probes", false));
        foreach (var twins in grid.Cells.GroupBy(cell => cell.Folder).Where(group => group.Count() > 1))
            map.Problem("rows", $"give two runs the folder {twins.Key}", "give them names that differ in letters or digits");
        map.RejectUnknown();
        problems.ThrowIfAny();
        return grid;
    }

    private static BenchPack[] Packs(YamlMap map, string folder, string title)
    {
        (string, string)[] settings = Settings(map);
        BenchRow[] rows = Rows(map);
        IReadOnlyList<(string Name, YamlMap Value)> packs = map.Maps("packs");
        if (packs.Count > 0 && (map.Has("data") || map.Has("config"))) map.Problem("packs", "stand beside data or config", "move these into one of the packs");
        BenchPack[] read = packs.Count == 0
            ? [Pack(map, title, folder, settings, rows)]
            : [.. packs.Select(pack => Pack(pack.Value, pack.Name, folder, [.. settings, .. Settings(pack.Value)], [.. Rows(pack.Value), .. rows]))];
        if (read.Any(pack => pack.Rows.Count == 0)) map.Problem("rows", "are missing", "write names with their method, for instance rows: {joint: {}, ogm: {method: ogm-ge}}");
        return Vary(map, read);
    }

    private static BenchPack Pack(YamlMap map, string name, string folder, (string, string)[] settings, BenchRow[] rows) => new(
        name, Path.GetFullPath(map.Required("data", "packs/digits"), folder), map.Text("config") is { } config ? Path.GetFullPath(config, folder) : null, settings, rows);

    private static BenchRow[] Rows(YamlMap map) =>
        [.. map.Maps("rows").Select(row => new BenchRow(row.Name, row.Value.Text("method", row.Name)!, Settings(row.Value)))];

    /// <summary>Every row with every value of every key under <c>vary</c>.</summary>
    private static BenchPack[] Vary(YamlMap map, BenchPack[] packs)
    {
        if (map.Map("vary") is not { } vary) return packs;
        foreach (string key in vary.Keys.ToArray())
        {
            IReadOnlyList<string> values = vary.Texts(key) ?? [];
            if (values.Count == 0) vary.Problem(key, "has no values", "write a list such as [0.1, 0.2]");
            packs = [.. packs.Select(pack => pack with { Rows = [.. from row in pack.Rows from value in values select Varied(row, key, value)] })];
        }
        return packs;
    }

    private static BenchRow Varied(BenchRow row, string key, string value) =>
        row with { Name = $"{row.Name}, {key[(key.LastIndexOf('.') + 1)..]} {value}", Settings = [.. row.Settings, (key, Quoted(value))] };

    private static BenchChoice? Choice(YamlMap map)
    {
        if (map.Map("choose") is not { } choose) return null;
        string key = choose.Required("key", "train.optimizer.lr");
        IReadOnlyList<string> from = choose.Texts("from") ?? [];
        if (from.Count < 2 || from.Distinct().Count() < from.Count) choose.Problem("from", "is no list of two or more different values", "write for instance [0.02, 0.05, 0.1]");
        string common = choose.Text("common", from.Count > 0 ? from[0] : "")!;
        if (from.Count > 0 && !from.Contains(common)) choose.Problem("common", $"is {common}, which is not in from", $"take one of {string.Join(", ", from)}");
        return new BenchChoice(key, from, common);
    }

    private static (string Key, string Value)[] Settings(YamlMap map)
    {
        if (map.Map("set") is not { } settings) return [];
        return [.. settings.Keys.Select(key => (key, settings.Raw(key))).Where(pair => pair.Item2 is not null).Select(pair => (pair.key, Quoted(pair.Item2!)))];
    }

    /// <summary>YAML reads off and on as truth values in some programs; here they are names, and stay as they were written.</summary>
    private static string Quoted(string value) => value is "off" or "on" or "yes" or "no" ? $"\"{value}\"" : value;
}
