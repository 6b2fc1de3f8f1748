using Equipoise.Data;

namespace Equipoise.Bench;

/// <summary>A grid of runs: packs × rows (a method with its settings) × seeds, and for each row the values a setting is chosen from on val.</summary>
/// <param name="Title">What the table is about.</param>
/// <param name="Packs">The packs, one table each.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Choice">A setting that every row chooses for itself on val; null for none.</param>
/// <param name="Probes">Whether a fresh linear head is trained on each frozen encoder of every run.</param>
public sealed record BenchGrid(
    string Title, IReadOnlyList<BenchPack> Packs, IReadOnlyList<int> Seeds, BenchChoice? Choice = null, bool Probes = false)
{
    /// <summary>Every run there is, seed by seed, so that a bench cut short has whole seeds.</summary>
    public IReadOnlyList<BenchCell> Cells { get; } =
    [
        .. from seed in Seeds
           from pack in Packs
           from row in pack.Rows
           from value in Choice?.From ?? (IReadOnlyList<string?>)[null]
           select new BenchCell(pack, row, value is null ? null : (Choice!.Key, value), seed, Packs.Count > 1, Seeds.Count > 1)
    ];
}

/// <summary>A pack of a grid.</summary>
/// <param name="Name">What its table is called.</param>
/// <param name="Data">The pack's folder.</param>
/// <param name="Config">A configuration that its rows start from; null for the defaults.</param>
/// <param name="Settings">Settings by dotted key, before those of a row.</param>
/// <param name="Rows">The rows of its table.</param>
public sealed record BenchPack(string Name, string Data, string? Config, IReadOnlyList<(string Key, string Value)> Settings, IReadOnlyList<BenchRow> Rows);

/// <summary>One row: a name, a method, settings by dotted key.</summary>
public sealed record BenchRow(string Name, string Method, IReadOnlyList<(string Key, string Value)> Settings);

/// <summary>A setting that every row chooses for itself: the value whose mean over the seeds is best on val.</summary>
/// <param name="Key">The dotted key, <c>train.optimizer.lr</c> for instance.</param>
/// <param name="From">The values, the same for all rows.</param>
/// <param name="Common">The value at which all rows are compared as well; one of <paramref name="From"/>.</param>
public sealed record BenchChoice(string Key, IReadOnlyList<string> From, string Common)
{
    /// <summary>The last part of the key: <c>lr</c>.</summary>
    public string ShortKey => Key[(Key.LastIndexOf('.') + 1)..];
}

/// <summary>One run of a grid.</summary>
/// <param name="Pack">Its pack.</param>
/// <param name="Row">Its row.</param>
/// <param name="Chosen">The value of the setting that rows choose; null where they choose none.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="NamesPack">Whether its name says the pack.</param>
/// <param name="NamesSeed">Whether its name says the seed.</param>
public sealed record BenchCell(BenchPack Pack, BenchRow Row, (string Key, string Value)? Chosen, int Seed, bool NamesPack, bool NamesSeed)
{
    /// <summary>The name of its folder.</summary>
    public string Folder
    {
        get
        {
            string[] parts = [NamesPack ? Pack.Name : "", Row.Name, Chosen is { } chosen ? $"{chosen.Key[(chosen.Key.LastIndexOf('.') + 1)..]}={chosen.Value}" : "", NamesSeed ? $"{Seed}" : ""];
            string name = string.Join('-', parts.Where(part => part.Length > 0));
            return string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '=' or '-' or '+' or '_' ? letter : '-'));
        }
    }

    /// <summary>What a person calls it.</summary>
    public string Title => $"{(NamesPack ? $"{Pack.Name}: " : "")}{Row.Name}{(Chosen is { } chosen ? $", {chosen.Key[(chosen.Key.LastIndexOf('.') + 1)..]} {chosen.Value}" : "")}, seed {Seed}";

    /// <summary>All its settings in the order in which they apply.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings => [.. Pack.Settings, .. Row.Settings, .. Chosen is { } chosen ? [chosen] : Array.Empty<(string, string)>(), ("train.seed", $"{Seed}")];
}
