using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Arrays in files (<c>.npz</c>, <c>.safetensors</c>, <c>.csv</c>, idx pairs) become a pack.</summary>
public static class ArrayImporter
{
    /// <summary>Imports.</summary>
    /// <param name="files">A file for <c>train</c>, <c>test</c> and, if there is one, <c>val</c>; an idx pair is <c>images,labels</c>.</param>
    /// <param name="wanted">Modalities by name, each with its kind or null; null for all arrays but <c>label</c> that look like data.</param>
    /// <param name="outFolder">The pack.</param>
    /// <param name="seed">Decides the validation cut.</param>
    /// <returns>What was done: ignored arrays, and whether val was cut from train.</returns>
    /// <exception cref="ProblemException">The arrays do not fit together; all problems are told.</exception>
    /// <exception cref="InvalidFileException">A file cannot be read.</exception>
    public static ImportResult Import(
        IReadOnlyDictionary<string, string> files, IReadOnlyList<(string Name, string? Kind)>? wanted, string outFolder, ulong seed = 0)
    {
        List<string> ignored = [];
        Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits = files.ToDictionary(pair => pair.Key, pair => ReadArrays(pair.Value, ignored));
        PackModality[] modalities = ArrayRules.Check(splits, files, wanted, ignored);
        bool cut = !splits.ContainsKey("val");
        Write(splits, files, modalities, outFolder, seed, cut);
        return new ImportResult([.. ignored.Distinct()], cut);
    }

    private static void Write(
        Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits, IReadOnlyDictionary<string, string> files, PackModality[] modalities, string outFolder, ulong seed, bool cut)
    {
        long classes = splits.Values.Max(arrays => ArrayRules.Labels(arrays).DefaultIfEmpty(0).Max()) + 1;
        using PackWriter writer = new(outFolder, Path.GetFileName(Path.TrimEndingDirectorySeparator(outFolder)), [.. Enumerable.Range(0, (int)classes).Select(c => $"{c}")], modalities);
        long[] trainLabels = ArrayRules.Labels(splits["train"]);
        bool[] toVal = cut ? ValidationSplit.Cut(trainLabels, null, ValidationSplit.UsualShare, seed) : new bool[trainLabels.Length];
        Append(writer.AddSplit("train"), splits["train"], modalities, "train", i => !toVal[i]);
        if (cut) Append(writer.AddSplit("val"), splits["train"], modalities, "train", i => toVal[i]);
        else Append(writer.AddSplit("val"), splits["val"], modalities, "val", _ => true);
        Append(writer.AddSplit("test"), splits["test"], modalities, "test", _ => true);
        JsonObject source = new(files.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)string.Join(',', pair.Value.Split(',').Select(Path.GetFileName)))));
        source["validation"] = cut ? FormattableString.Invariant($"{ValidationSplit.UsualShare:p0} of train, stratified by class, seed {seed}") : "as given";
        writer.Complete(skipped: 0, source);
    }

    private static void Append(PackSplitWriter split, IReadOnlyDictionary<string, NdArray> arrays, PackModality[] modalities, string prefix, Func<int, bool> take)
    {
        long[] labels = ArrayRules.Labels(arrays);
        (string Role, NdArray Array)[] companions = [.. ArrayRules.RealPositionsOf(arrays, modalities)];
        foreach (var (role, array) in companions) split.AddCompanion(role, array.Type, array.Shape[1..]);
        for (int i = 0; i < labels.Length; i++)
            if (take(i)) split.Append($"{prefix}-{i}", (int)labels[i], null, Rows(i));

        Dictionary<string, byte[]?> Rows(int i)
        {
            Dictionary<string, byte[]?> rows = modalities.ToDictionary(modality => modality.Name, modality => Row(arrays, modality.Name, i));
            foreach (var (role, array) in companions) rows[role] = array.Row(i).ToArray();
            return rows;
        }
    }

    /// <summary>A sample's bytes; null where <c>MODALITY.present</c> (bool) says that it lacks the modality.</summary>
    private static byte[]? Row(IReadOnlyDictionary<string, NdArray> arrays, string modality, int index) =>
        arrays.TryGetValue($"{modality}.present", out NdArray? present) && present.Type == ElementType.Bool && present.Data[index] == 0 ? null : arrays[modality].Row(index).ToArray();

    private static IReadOnlyDictionary<string, NdArray> ReadArrays(string path, List<string> ignored)
    {
        string[] parts = path.Split(',');
        if (parts.Length == 2 && !File.Exists(path)) return new Dictionary<string, NdArray> { ["image"] = IdxFile.Read(parts[0]), ["label"] = IdxFile.Read(parts[1]) };
        if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) return CsvArrays.Read(path, ignored);
        if (!path.EndsWith(".safetensors", StringComparison.Ordinal)) return Npz.Read(path, ignored);
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        return reader.Names.ToDictionary(name => name, reader.Read);
    }
}

/// <summary>What an import did.</summary>
/// <param name="Ignored">Arrays that are no modality: texts, and one value per sample.</param>
/// <param name="ValidationWasCut">Whether val was cut from train.</param>
public sealed record ImportResult(IReadOnlyList<string> Ignored, bool ValidationWasCut);
