using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>
/// A prepared data set on disk. Opening checks the head, shape and length of every array; the content of a split is read, and
/// its hash checked, when that split is first asked for: nothing reads test before its time.
/// </summary>
public sealed class Pack : IDisposable
{
    private readonly PackJson _json;
    private readonly Dictionary<string, PackSplit> _opened = [];

    internal Pack(string folder, PackJson json, string hash)
    {
        Folder = folder;
        _json = json;
        Hash = hash;
        Splits = json.Splits.ToDictionary(split => split.Name, split => split.Count);
    }

    /// <summary>Where it lies; <c>memory</c> for one of arrays in memory.</summary>
    public string Folder { get; }

    /// <summary>The name of the data set.</summary>
    public string Name => _json.Name;

    /// <summary>The SHA-256 of <c>pack.json</c>, which holds the hash of every file; in memory, of the arrays.</summary>
    public string Hash { get; }

    /// <summary>The classes in their order; a label is a position here.</summary>
    public IReadOnlyList<string> Classes => _json.Classes;

    /// <summary>The modalities in their order.</summary>
    public IReadOnlyList<PackModality> Modalities => _json.Modalities;

    /// <summary>The number of samples of each split.</summary>
    public IReadOnlyDictionary<string, int> Splits { get; }

    /// <summary>The whole of <c>pack.json</c>.</summary>
    public JsonObject Manifest => _json.Whole;

    /// <summary>Opens a pack.</summary>
    /// <exception cref="InvalidFileException">It is no pack, or one of its files is absent, cut or of another shape.</exception>
    public static Pack Open(string folder)
    {
        string path = Path.Combine(folder, "pack.json");
        if (!File.Exists(path)) throw new InvalidFileException(folder, "is no pack (it holds no pack.json)", "make one with equipoise data prepare or data import");
        byte[] bytes = WholeFile.Read(path);
        Pack pack = new(folder, PackJson.Read(path, bytes), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        foreach (PackJson.Split split in pack._json.Splits) PackSplit.Check(pack, split);
        return pack;
    }

    /// <summary>
    /// A pack of arrays in memory, by the rules of <c>data import</c>: <c>label</c> holds the class of each sample, every other array of
    /// more than one value per sample is a modality, and <c>MODALITY.present</c> (bool) says which samples have it. Which positions of a text or
    /// sequence are real, <c>MODALITY.mask</c> (bool, true where filled up) or <c>MODALITY.length</c> (int64) says.
    /// </summary>
    /// <param name="name">The name of the data set.</param>
    /// <param name="classes">The classes; a label is a position here.</param>
    /// <param name="train">The arrays of train, samples along the first dimension.</param>
    /// <param name="test">The arrays of test, alike.</param>
    /// <param name="val">The arrays of val; null to cut a tenth of train off, stratified by class.</param>
    /// <param name="kinds">What the modalities are, in their order; null to guess from the shapes, in the order of their names.</param>
    /// <exception cref="ProblemException">The arrays do not fit together; all problems are told.</exception>
    public static Pack InMemory(
        string name, IReadOnlyList<string> classes, IReadOnlyDictionary<string, NdArray> train, IReadOnlyDictionary<string, NdArray> test,
        IReadOnlyDictionary<string, NdArray>? val = null, IReadOnlyList<(string Name, ModalityKind Kind)>? kinds = null)
    {
        Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits = new() { ["train"] = train, ["test"] = test };
        if (val is not null) splits["val"] = val;
        return ArrayPack.Make(name, classes, splits, kinds);
    }

    /// <summary>Opens a description that <see cref="Describe"/> gave: a pack that knows its classes and modalities, while its samples are elsewhere.</summary>
    /// <param name="path">The description's file.</param>
    /// <param name="folder">Where the samples were.</param>
    /// <param name="hash">The hash of the pack that was described.</param>
    /// <exception cref="InvalidFileException">It is absent or no description.</exception>
    public static Pack OpenDescription(string path, string folder, string hash) => File.Exists(path)
        ? new Pack(folder, PackJson.Read(path, WholeFile.Read(path)), hash)
        : throw new InvalidFileException(folder, "is no pack (it holds no pack.json)", "make one with equipoise data prepare or data import");

    /// <summary>What the pack holds, its samples apart: <c>pack.json</c> without splits.</summary>
    public JsonObject Describe() => PackWriter.Describe(Name, Classes, Modalities);

    /// <summary>Samples in memory to be predicted, beside the splits of the pack; this changes nothing here, so many threads may ask.</summary>
    /// <param name="arrays">
    /// Modalities by name, of the pack's types and shapes with the samples along the first dimension. One that is left out is absent
    /// from all samples, <c>MODALITY.present</c> (bool) says which have it.
    /// </param>
    /// <exception cref="ProblemException">The arrays do not fit the pack; all problems are told.</exception>
    public PackSplit Samples(IReadOnlyDictionary<string, NdArray> arrays) => ArrayPack.Samples(this, arrays);

    /// <summary>The modality of a name.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public PackModality Modality(string name) => Modalities.FirstOrDefault(modality => modality.Name == name)
        ?? throw new ProblemException($"{Folder}: has no modality {name}; {Nearest.Remedy(name, [.. Modalities.Select(modality => modality.Name)])}");

    /// <summary>Opens a split and, the first time, checks its content against its hashes.</summary>
    /// <exception cref="ProblemException">There is no such split.</exception>
    /// <exception cref="InvalidFileException">Its content is not what was written.</exception>
    public PackSplit Split(string name)
    {
        if (_opened.TryGetValue(name, out PackSplit? split)) return split;
        PackJson.Split description = _json.Splits.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new ProblemException(Splits.Count == 0 ? $"{Folder}: is not there, so there is no {name}; give the pack with --data" : $"{Folder}: has no split {name}; {Nearest.Remedy(name, [.. Splits.Keys])}");
        return _opened[name] = PackSplit.Open(this, description);
    }

    /// <summary>Takes a split that needs no opening.</summary>
    internal void Add(PackSplit split) => _opened[split.Name] = split;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (PackSplit split in _opened.Values) split.Dispose();
        _opened.Clear();
    }
}
