using System.Security.Cryptography;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>One part of a pack, opened: labels and ids in memory, arrays read by rows.</summary>
public sealed class PackSplit : IDisposable
{
    private const string Remedy = "prepare or import the pack again";
    private readonly Dictionary<string, IRows> _rows;
    private readonly Dictionary<string, bool[]> _present;
    private readonly Dictionary<string, bool[]> _zeroed = [];
    private readonly bool _borrowed;

    /// <summary>A split of arrays by role: the modalities, <c>label</c>, and <c>MODALITY.present</c> where one can be absent.</summary>
    internal PackSplit(Pack pack, string name, int count, Dictionary<string, IRows> rows, IReadOnlyList<string>? ids = null, IReadOnlyList<string>? groups = null, IReadOnlyList<string>? keys = null)
    {
        Pack = pack;
        Name = name;
        Count = count;
        _rows = rows;
        Labels = rows.ContainsKey("label") ? [.. Enumerable.Range(0, Count).Select(row => BitConverter.ToInt64(Row("label", row)))] : [];
        _present = rows.Keys.Where(role => role.EndsWith(".present", StringComparison.Ordinal))
            .ToDictionary(role => role[..^8], role => Enumerable.Range(0, Count).Select(row => Row(role, row)[0] != 0).ToArray());
        Ids = ids ?? [.. Enumerable.Range(0, Count).Select(row => $"{row}")];
        Groups = groups;
        Keys = keys;
    }

    private PackSplit(PackSplit whole, MissingMask mask, MissingMode mode)
    {
        (Pack, Name, Count, Labels, Ids, Groups) = (whole.Pack, whole.Name, whole.Count, whole.Labels, whole.Ids, whole.Groups);
        (_rows, _borrowed) = (whole._rows, true);
        _present = new(whole._present);
        foreach (string modality in mask.Modalities)
        {
            bool[] kept = mask.Kept(modality);
            if (mode == MissingMode.Zero) _zeroed[modality] = [.. kept.Select(here => !here)];
            else _present[modality] = whole.Present(modality) is { } present ? [.. kept.Zip(present, (here, there) => here && there)] : kept;
        }
    }

    /// <summary>The pack it belongs to.</summary>
    public Pack Pack { get; }

    /// <summary><c>train</c>, <c>val</c>, <c>test</c> or <c>predict</c>.</summary>
    public string Name { get; }

    /// <summary>The number of samples.</summary>
    public int Count { get; }

    /// <summary>The label of each sample; empty where there are none.</summary>
    public long[] Labels { get; }

    /// <summary>The id of each sample.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>The group (speaker, subject) of each sample; null where unknown.</summary>
    public IReadOnlyList<string>? Groups { get; }

    /// <summary>What each sample was made of, as a hash of its files and recipes; null for imported arrays.</summary>
    internal IReadOnlyList<string>? Keys { get; }

    /// <summary>Which samples have a modality; null where all do.</summary>
    public bool[]? Present(string modality) => _present.GetValueOrDefault(modality);

    /// <summary>Which samples deliver zeros for a modality without the model knowing; null where none do.</summary>
    public bool[]? Zeroed(string modality) => _zeroed.GetValueOrDefault(modality);

    /// <summary>Whether a sample delivers zeros for a modality, because it lacks it or because it is zeroed.</summary>
    internal bool IsEmpty(string modality, int index) => Present(modality) is { } present && !present[index] || Zeroed(modality) is { } zeroed && zeroed[index];

    /// <summary>The same samples with modalities missing; it shares the arrays, which stay this split's.</summary>
    /// <param name="mask">What is kept.</param>
    /// <param name="mode">What missing means.</param>
    public PackSplit Masked(MissingMask mask, MissingMode mode) => new(this, mask, mode);

    /// <summary>Whether there is an array of a role, such as <c>text.mask</c>.</summary>
    internal bool HasRole(string role) => _rows.ContainsKey(role);

    /// <summary>Copies one sample of a modality.</summary>
    public void ReadRow(string modality, int index, Span<byte> into) => _rows[modality].Read(index, into);

    /// <summary>One sample of a modality, as it is stored.</summary>
    internal byte[] Row(PackModality modality, int index)
    {
        byte[] bytes = new byte[modality.Type.Bytes(modality.Shape)];
        ReadRow(modality.Name, index, bytes);
        return bytes;
    }

    /// <summary>One sample of a modality as floats, <c>uint8</c> divided by 255, in the pack's own order.</summary>
    public float[] Values(PackModality modality, int index)
    {
        float[] values = new float[modality.Elements];
        Elements.ToFloat(Row(modality, index), modality.Type, values);
        return values;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_borrowed) return;
        foreach (IRows rows in _rows.Values) rows.Dispose();
    }

    /// <summary>Checks heads, shapes and lengths of a split's arrays, and that they name whole sets of samples.</summary>
    internal static void Check(Pack pack, PackJson.Split split)
    {
        foreach (PackModality modality in pack.Modalities.Where(modality => !split.Files.ContainsKey(modality.Name)))
            throw new InvalidFileException(Path.Combine(pack.Folder, "pack.json"), $"names no file for {modality.Name} in {split.Name}", Remedy);
        foreach (string file in split.Files.Values.SelectMany(files => files))
            if (!File.Exists(Path.Combine(pack.Folder, file))) throw new InvalidFileException(Path.Combine(pack.Folder, file), "does not exist", Remedy);
        foreach (var (role, files) in split.Files.Where(pair => pair.Key is not ("id" or "group" or "key")))
        {
            long rows = 0;
            foreach (string file in files)
            {
                using NpyReader reader = NpyReader.Open(Path.Combine(pack.Folder, file));
                CheckShape(pack, role, file, reader);
                rows += reader.Rows;
            }
            if (rows != split.Count)
                throw new InvalidFileException(Path.Combine(pack.Folder, files.Count > 0 ? files[0] : "pack.json"), $"holds {rows} samples of {role} where {split.Name} has {split.Count}", Remedy);
        }
    }

    internal static PackSplit Open(Pack pack, PackJson.Split split)
    {
        foreach (string file in split.Files.Values.SelectMany(files => files)) CheckHash(Path.Combine(pack.Folder, file), split.Hashes[file]);
        Dictionary<string, IRows> rows = split.Files.Where(pair => pair.Key is not ("id" or "group" or "key"))
            .ToDictionary(pair => pair.Key, pair => (IRows)new RowsOfFiles([.. pair.Value.Select(file => Path.Combine(pack.Folder, file))]));
        PackSplit opened = new(pack, split.Name, split.Count, rows, Texts(pack, split, "id"), Texts(pack, split, "group"), Texts(pack, split, "key"));
        if (opened.Labels.FirstOrDefault(label => label < 0 || label >= pack.Classes.Count, 0) is var wrong and not 0)
            throw new InvalidFileException(pack.Folder, $"holds the label {wrong} in {split.Name} where there are {pack.Classes.Count} classes", Remedy);
        return opened;
    }

    private static void CheckShape(Pack pack, string role, string file, NpyReader reader)
    {
        PackModality? modality = pack.Modalities.FirstOrDefault(candidate => candidate.Name == role);
        (ElementType type, long[] shape) = modality is not null ? (modality.Type, modality.Shape)
            : role == "label" ? (ElementType.Int64, [])
            : role.EndsWith(".present", StringComparison.Ordinal) ? (ElementType.Bool, [])
            : pack.Modalities.Select(candidate => RealPositions.Expected(candidate, role)).FirstOrDefault(expected => expected is not null) ?? (reader.Type, [.. reader.Shape.Skip(1)]);
        if (reader.Shape.Length == 0 || reader.Type != type || !reader.Shape.AsSpan(1).SequenceEqual(shape))
            throw new InvalidFileException(
                Path.Combine(pack.Folder, file), $"holds {reader.Type} [{string.Join(", ", reader.Shape)}] where pack.json says {type} [n, {string.Join(", ", shape)}]", Remedy);
    }

    private static void CheckHash(string path, string expected)
    {
        using FileStream stream = File.OpenRead(path);
        if (Convert.ToHexStringLower(SHA256.HashData(stream)) != expected)
            throw new InvalidFileException(path, "is not what was written (its SHA-256 differs)", Remedy);
    }

    private static string[]? Texts(Pack pack, PackJson.Split split, string role)
    {
        if (!split.Files.TryGetValue(role, out var files)) return null;
        string path = Path.Combine(pack.Folder, files[0]);
        string[] texts = WholeFile.ReadJson(path, $"list of {split.Count} texts", Remedy, json => json.AsArray().Select(text => text!.GetValue<string>()).ToArray());
        return texts.Length == split.Count ? texts : throw new InvalidFileException(path, $"is no list of {split.Count} texts", Remedy);
    }

    private byte[] Row(string role, int index)
    {
        byte[] row = new byte[role == "label" ? 8 : 1];
        ReadRow(role, index, row);
        return row;
    }
}
