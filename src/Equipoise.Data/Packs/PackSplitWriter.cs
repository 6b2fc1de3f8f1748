using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Writes one split of a pack, sample by sample.</summary>
public sealed class PackSplitWriter : IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyList<PackModality> _modalities;
    private readonly long _shardBytes;
    private readonly Dictionary<string, ShardedWriter> _arrays = [];
    private readonly Dictionary<string, List<bool>> _present = [];
    private readonly Dictionary<string, (ShardedWriter Writer, int RowBytes)> _companions = [];
    private readonly List<long> _labels = [];
    private readonly List<string> _ids = [];
    private readonly List<string> _groups = [];
    private readonly List<string> _keys = [];

    internal PackSplitWriter(string folder, string name, IReadOnlyList<PackModality> modalities, long shardBytes)
    {
        _shardBytes = shardBytes;
        _folder = folder;
        Name = name;
        _modalities = modalities;
        foreach (PackModality modality in modalities)
        {
            _arrays[modality.Name] = new ShardedWriter(folder, name, modality.Name, modality.Type, modality.Shape, shardBytes);
            _present[modality.Name] = [];
        }
    }

    /// <summary>The split's name.</summary>
    public string Name { get; }

    /// <summary>Samples so far.</summary>
    public int Count => _ids.Count;

    /// <summary>Before the first sample: adds an array that goes with a modality, such as <c>text.mask</c>; its rows come with the samples, zeros where they do not.</summary>
    internal void AddCompanion(string role, ElementType type, long[] shape) =>
        _companions[role] = (new ShardedWriter(_folder, Name, role, type, shape, _shardBytes), checked((int)type.Bytes(shape)));

    /// <summary>Appends a sample.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="label">Its class; null where unknown: in a split for training of all samples, in predict of any, whose labels are then left out.</param>
    /// <param name="group">Its group; null where unknown. Groups are stored where every sample has one.</param>
    /// <param name="rows">The bytes of each modality; null for one that is absent.</param>
    public void Append(string id, int? label, string? group, IReadOnlyDictionary<string, byte[]?> rows) => Append(id, label, group, rows, key: null);

    /// <summary>Appends a sample and what it was made of.</summary>
    internal void Append(string id, int? label, string? group, IReadOnlyDictionary<string, byte[]?> rows, string? key)
    {
        foreach (PackModality modality in _modalities)
        {
            byte[]? row = rows.GetValueOrDefault(modality.Name);
            _arrays[modality.Name].Append(row ?? new byte[modality.Type.Bytes(modality.Shape)]);
            _present[modality.Name].Add(row is not null);
        }
        foreach (var (role, (writer, rowBytes)) in _companions) writer.Append(rows.GetValueOrDefault(role) ?? new byte[rowBytes]);
        _ids.Add(id);
        if (label is { } known) _labels.Add(known);
        if (group is not null) _groups.Add(group);
        if (key is not null) _keys.Add(key);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (ShardedWriter writer in _arrays.Values.Concat(_companions.Values.Select(companion => companion.Writer))) writer.Dispose();
    }

    internal JsonObject Complete()
    {
        if (Name != "predict" && _labels.Count != 0 && _labels.Count != Count)
            throw new ProblemException($"{Name}: {_labels.Count} of {Count} samples have a label; give every sample one, or none");
        JsonObject files = [], hashes = [];
        foreach (PackModality modality in _modalities)
        {
            Note(files, hashes, modality.Name, _arrays[modality.Name].Complete());
            if (_present[modality.Name].TrueForAll(there => there)) continue;
            NpyWriter.Write(PathOf($"{modality.Name}.present.npy"), NdArray.From<bool>([.. _present[modality.Name]], Count));
            Note(files, hashes, $"{modality.Name}.present", [$"{Name}.{modality.Name}.present.npy"]);
        }
        foreach (var (role, (writer, _)) in _companions) Note(files, hashes, role, writer.Complete());
        if (_labels.Count == Count && Count > 0)
        {
            NpyWriter.Write(PathOf("label.npy"), NdArray.From<long>(CollectionsMarshal.AsSpan(_labels), Count));
            Note(files, hashes, "label", [$"{Name}.label.npy"]);
        }
        WriteTexts("id", _ids, files, hashes);
        if (_groups.Count == Count && Count > 0) WriteTexts("group", _groups, files, hashes);
        if (_keys.Count == Count && Count > 0) WriteTexts("key", _keys, files, hashes);
        return new JsonObject { ["n"] = Count, ["files"] = files, ["sha256"] = hashes };
    }

    private void WriteTexts(string role, List<string> texts, JsonObject files, JsonObject hashes)
    {
        JsonArray json = new([.. texts.Select(text => (JsonNode)text)]);
        File.WriteAllText(PathOf($"{role}.json"), json.ToJsonString() + "\n", new UTF8Encoding(false));
        Note(files, hashes, role, [$"{Name}.{role}.json"]);
    }

    private void Note(JsonObject files, JsonObject hashes, string role, IReadOnlyList<string> written)
    {
        files[role] = new JsonArray([.. written.Select(file => (JsonNode)file)]);
        foreach (string file in written) hashes[file] = PackWriter.Hash(Path.Combine(_folder, file));
    }

    private string PathOf(string file) => Path.Combine(_folder, $"{Name}.{file}");
}
