using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Writes a pack in a folder beside its target and renames it when whole: a failure leaves nothing behind.</summary>
public sealed class PackWriter : IDisposable
{
    private const long UsualShard = 1L << 30;
    private readonly string _target;
    private readonly string _partial;
    private readonly string _name;
    private readonly IReadOnlyList<string> _classes;
    private readonly IReadOnlyList<PackModality> _modalities;
    private readonly List<PackSplitWriter> _splits = [];
    private readonly bool _replace;
    private bool _done;

    /// <summary>Begins a pack.</summary>
    /// <param name="folder">The pack.</param>
    /// <param name="name">The name of the data set.</param>
    /// <param name="classes">Its classes, in order.</param>
    /// <param name="modalities">Its modalities, in order.</param>
    /// <param name="replace">Whether an existing pack is replaced when the new one is whole; false by default.</param>
    /// <exception cref="ProblemException">The target exists already.</exception>
    public PackWriter(string folder, string name, IReadOnlyList<string> classes, IReadOnlyList<PackModality> modalities, bool replace = false)
    {
        _replace = replace && File.Exists(Path.Combine(folder, "pack.json"));
        _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!_replace && (File.Exists(_target) || (Directory.Exists(_target) && Directory.EnumerateFileSystemEntries(_target).Any())))
            throw new ProblemException($"{folder}: exists already; choose another folder or remove it");
        _name = name;
        _classes = classes;
        _modalities = modalities;
        _partial = $"{_target}.{Environment.ProcessId}.partial";
        if (Directory.Exists(_partial)) Directory.Delete(_partial, recursive: true);
        Directory.CreateDirectory(_partial);
    }

    /// <summary>Where further files of the pack may be written before <see cref="Complete"/>, such as <c>skipped.csv</c>.</summary>
    public string PartialFolder => _partial;

    /// <summary>How large a file of an array may grow before the next begins, in bytes; 1 GiB by default.</summary>
    public long ShardBytes { get; init; } = UsualShard;

    /// <summary>Begins a split.</summary>
    public PackSplitWriter AddSplit(string name)
    {
        PackSplitWriter split = new(_partial, name, _modalities, ShardBytes);
        _splits.Add(split);
        return split;
    }

    /// <summary>Writes <c>pack.json</c> and puts the pack in its place.</summary>
    /// <param name="skipped">Samples left out because they could not be read.</param>
    /// <param name="source">Where the data came from.</param>
    public void Complete(int skipped, JsonObject? source = null)
    {
        JsonObject json = Describe(_name, _classes, _modalities);
        json["splits"] = new JsonObject(_splits.Select(split => KeyValuePair.Create(split.Name, (JsonNode?)split.Complete())));
        json["skipped"] = skipped;
        json["source"] = source ?? [];
        File.WriteAllText(Path.Combine(_partial, "pack.json"), json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n", new UTF8Encoding(false));
        string old = $"{_target}.old";
        if (_replace) Directory.Move(_target, old);
        else if (Directory.Exists(_target)) Directory.Delete(_target);
        Directory.Move(_partial, _target);
        if (_replace) Directory.Delete(old, recursive: true);
        _done = true;
    }

    /// <summary>Removes the partial folder where <see cref="Complete"/> was not reached.</summary>
    public void Dispose()
    {
        foreach (PackSplitWriter split in _splits) split.Dispose();
        if (!_done && Directory.Exists(_partial)) Directory.Delete(_partial, recursive: true);
        _done = true;
    }

    /// <summary>The head of <c>pack.json</c>: what it holds, whatever the splits.</summary>
    internal static JsonObject Describe(string name, IReadOnlyList<string> classes, IReadOnlyList<PackModality> modalities) => new()
    {
        ["format"] = PackJson.Format,
        ["name"] = name,
        ["classes"] = new JsonArray([.. classes.Select(label => (JsonNode)label)]),
        ["modalities"] = new JsonObject(modalities.Select(modality => KeyValuePair.Create(modality.Name, (JsonNode?)Describe(modality)))),
        ["splits"] = new JsonObject(),
    };

    internal static string Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static JsonObject Describe(PackModality modality)
    {
        JsonObject json = new()
        {
            ["kind"] = modality.Kind.ToString().ToLowerInvariant(),
            ["shape"] = new JsonArray([.. modality.Shape.Select(size => (JsonNode)size)]),
            ["dtype"] = modality.Type.ToString().ToLowerInvariant(),
        };
        if (modality.Recipe is not null) json["recipe"] = modality.Recipe.DeepClone();
        return json;
    }
}
