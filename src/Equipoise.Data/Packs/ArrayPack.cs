using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Packs that never were on a disk.</summary>
internal static class ArrayPack
{
    private static readonly Dictionary<string, IReadOnlyList<string>> NoFiles = [];
    private static readonly Dictionary<string, string> NoHashes = [];

    /// <summary>A pack of the arrays of train, test and, if given, val.</summary>
    internal static Pack Make(
        string name, IReadOnlyList<string> classes, Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits, IReadOnlyList<(string Name, ModalityKind Kind)>? kinds)
    {
        PackModality[] modalities = ArrayRules.Check(
            splits, splits.Keys.ToDictionary(split => split), kinds is null ? null : [.. kinds.Select(pair => (pair.Name, (string?)pair.Kind.ToString().ToLowerInvariant()))], []);
        ProblemList problems = new();
        foreach (var (split, arrays) in splits) CheckSplit(split, arrays, modalities, classes.Count, problems);
        problems.ThrowIfAny();
        bool[]? toVal = splits.ContainsKey("val") ? null : ValidationSplit.Cut(ArrayRules.Labels(splits["train"]), null, ValidationSplit.UsualShare, seed: 0);
        Dictionary<string, (IReadOnlyDictionary<string, NdArray> Arrays, int[]? Chosen)> parts = new()
        {
            ["train"] = (splits["train"], toVal is null ? null : Where(toVal, chosen: false)),
            ["val"] = toVal is null ? (splits["val"], null) : (splits["train"], Where(toVal, chosen: true)),
            ["test"] = (splits["test"], null),
        };
        PackJson.Split[] described = [.. parts.Select(pair => new PackJson.Split(pair.Key, pair.Value.Chosen?.Length ?? (int)pair.Value.Arrays["label"].Rows, NoFiles, NoHashes))];
        Pack pack = new("memory", new PackJson(name, classes, modalities, described, PackWriter.Describe(name, classes, modalities)), Hash(classes, splits));
        foreach (var (split, (arrays, chosen)) in parts) pack.Add(Split(pack, split, arrays, chosen));
        return pack;
    }

    /// <summary>Samples without labels, of the modalities of a pack; one that is not given is absent from all.</summary>
    internal static PackSplit Samples(Pack pack, IReadOnlyDictionary<string, NdArray> arrays)
    {
        ProblemList problems = new();
        long count = arrays.Count > 0 ? arrays.Values.Max(array => array.Rows) : 0;
        HashSet<string> companions = [.. ArrayRules.RealPositionsOf(arrays, pack.Modalities).Select(companion => companion.Role)];
        foreach (var (name, array) in arrays.Where(pair => !companions.Contains(pair.Key))) CheckSamples(pack, name, array, count, problems);
        ArrayRules.CheckRealPositions("samples", arrays, pack.Modalities, count, problems);
        if (pack.Modalities.All(modality => !arrays.ContainsKey(modality.Name)))
            problems.Add("samples", "have no modality", $"give at least one of {string.Join(", ", pack.Modalities.Select(modality => modality.Name))}");
        problems.ThrowIfAny();
        Dictionary<string, IRows> rows = arrays.ToDictionary(pair => pair.Key, pair => (IRows)new RowsOfArray(pair.Value));
        foreach (PackModality modality in pack.Modalities.Where(modality => !arrays.ContainsKey(modality.Name)))
            rows[Present(modality)] = new RowsOfArray(NdArray.From<bool>(new bool[count], count));
        return new PackSplit(pack, "predict", (int)count, rows);
    }

    private static void CheckSamples(Pack pack, string name, NdArray array, long count, ProblemList problems)
    {
        PackModality? modality = pack.Modalities.FirstOrDefault(candidate => candidate.Name == name);
        bool isPresence = pack.Modalities.Any(candidate => Present(candidate) == name);
        (ElementType type, long[] shape) = modality is null ? (ElementType.Bool, []) : (modality.Type, modality.Shape);
        if (modality is null && !isPresence) problems.Add("samples", $"have an array named {name}, which is no modality", Nearest.Remedy(name, [.. pack.Modalities.Select(candidate => candidate.Name)]));
        else if (array.Type != type || array.Shape.Length == 0 || !array.Shape.AsSpan(1).SequenceEqual(shape) || array.Rows != count)
            problems.Add("samples", $"have {name} as {array.Type} [{string.Join(", ", array.Shape)}]", $"give {type} [{string.Join(", ", (long[])[count, .. shape])}]");
    }

    private static PackSplit Split(Pack pack, string name, IReadOnlyDictionary<string, NdArray> arrays, int[]? chosen)
    {
        long[] labels = ArrayRules.Labels(arrays);
        Dictionary<string, IRows> rows = new() { ["label"] = new RowsOfArray(NdArray.From<long>(labels, labels.Length), chosen) };
        foreach (PackModality modality in pack.Modalities)
        {
            rows[modality.Name] = new RowsOfArray(arrays[modality.Name], chosen);
            if (arrays.TryGetValue(Present(modality), out NdArray? present)) rows[Present(modality)] = new RowsOfArray(present, chosen);
        }
        foreach (var (role, array) in ArrayRules.RealPositionsOf(arrays, pack.Modalities)) rows[role] = new RowsOfArray(array, chosen);
        int[] original = chosen ?? [.. Enumerable.Range(0, labels.Length)];
        string source = chosen is null ? name : "train";
        return new PackSplit(pack, name, original.Length, rows, [.. original.Select(row => $"{source}-{row}")]);
    }

    private static void CheckSplit(string split, IReadOnlyDictionary<string, NdArray> arrays, PackModality[] modalities, int classes, ProblemList problems)
    {
        long[] labels = ArrayRules.Labels(arrays);
        if (labels.Max() >= classes) problems.Add(split, $"has the label {labels.Max()} where there are {classes} classes", "name all classes");
        foreach (PackModality modality in modalities)
            if (arrays.TryGetValue(Present(modality), out NdArray? present) && (present.Type != ElementType.Bool || present.Shape.Length != 1 || present.Rows != labels.Length))
                problems.Add(split, $"has {Present(modality)} as {present.Type} [{string.Join(", ", present.Shape)}]", $"give {labels.Length} bool");
    }

    private static string Present(PackModality modality) => $"{modality.Name}.present";

    private static int[] Where(bool[] flags, bool chosen) => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i] == chosen)];

    private static string Hash(IReadOnlyList<string> classes, Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in classes) hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
        foreach (var (split, arrays) in splits.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            foreach (var (name, array) in arrays.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{split}.{name} {array.Type}\n"));
                hash.AppendData(MemoryMarshal.AsBytes(array.Shape.AsSpan()));
                hash.AppendData(array.Data);
            }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
