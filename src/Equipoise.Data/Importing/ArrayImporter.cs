using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Arrays in files (<c>.npz</c>, <c>.safetensors</c>, idx pairs) become a pack.</summary>
public static class ArrayImporter
{
    private const double ValidationShare = 0.1;

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
        ProblemList problems = new();
        foreach (var (split, arrays) in splits) CheckLabels(files[split], arrays, problems);
        problems.ThrowIfAny();
        PackModality[] modalities = [.. Choose(splits["train"], files["train"], wanted, ignored, problems)];
        foreach (var (split, arrays) in splits) CheckArrays(files[split], arrays, modalities, problems);
        problems.ThrowIfAny();
        bool cut = !splits.ContainsKey("val");
        Write(splits, files, modalities, outFolder, seed, cut);
        return new ImportResult([.. ignored.Distinct()], cut);
    }

    private static void Write(
        Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits, IReadOnlyDictionary<string, string> files, PackModality[] modalities, string outFolder, ulong seed, bool cut)
    {
        long classes = splits.Values.Max(arrays => Labels(arrays).DefaultIfEmpty(0).Max()) + 1;
        using PackWriter writer = new(outFolder, Path.GetFileName(Path.TrimEndingDirectorySeparator(outFolder)), [.. Enumerable.Range(0, (int)classes).Select(c => $"{c}")], modalities);
        long[] trainLabels = Labels(splits["train"]);
        bool[] toVal = cut ? ValidationSplit.Cut(trainLabels, null, ValidationShare, seed) : new bool[trainLabels.Length];
        Append(writer.AddSplit("train"), splits["train"], modalities, "train", i => !toVal[i]);
        if (cut) Append(writer.AddSplit("val"), splits["train"], modalities, "train", i => toVal[i]);
        else Append(writer.AddSplit("val"), splits["val"], modalities, "val", _ => true);
        Append(writer.AddSplit("test"), splits["test"], modalities, "test", _ => true);
        JsonObject source = new(files.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)string.Join(',', pair.Value.Split(',').Select(Path.GetFileName)))));
        source["validation"] = cut ? FormattableString.Invariant($"{ValidationShare:p0} of train, stratified by class, seed {seed}") : "as given";
        writer.Complete(skipped: 0, source);
    }

    private static void Append(PackSplitWriter split, IReadOnlyDictionary<string, NdArray> arrays, PackModality[] modalities, string prefix, Func<int, bool> take)
    {
        long[] labels = Labels(arrays);
        for (int i = 0; i < labels.Length; i++)
            if (take(i)) split.Append($"{prefix}-{i}", (int)labels[i], null, modalities.ToDictionary(modality => modality.Name, modality => (byte[]?)arrays[modality.Name].Row(i).ToArray()));
    }

    private static IReadOnlyDictionary<string, NdArray> ReadArrays(string path, List<string> ignored)
    {
        string[] parts = path.Split(',');
        if (parts.Length == 2) return new Dictionary<string, NdArray> { ["image"] = IdxFile.Read(parts[0]), ["label"] = IdxFile.Read(parts[1]) };
        if (!path.EndsWith(".safetensors", StringComparison.Ordinal)) return Npz.Read(path, ignored);
        using SafetensorsReader reader = SafetensorsReader.Open(path);
        return reader.Names.ToDictionary(name => name, reader.Read);
    }

    private static void CheckLabels(string path, IReadOnlyDictionary<string, NdArray> arrays, ProblemList problems)
    {
        if (!arrays.TryGetValue("label", out NdArray? label))
            problems.Add(path, "has no array named label", arrays.Count > 0 ? $"it holds {string.Join(", ", arrays.Keys)}; rename the class numbers to label" : "add the class numbers");
        else if (label.Shape.Length != 1 || label.Type is ElementType.Float16 or ElementType.Float32 or ElementType.Float64 or ElementType.BFloat16)
            problems.Add(path, $"has labels of type {label.Type} and shape [{string.Join(", ", label.Shape)}]", "store one whole number per sample");
        else if (Labels(arrays).Any(value => value is < 0 or > 1_000_000))
            problems.Add(path, "has labels below 0 or above 1,000,000", "number the classes from 0");
    }

    private static IEnumerable<PackModality> Choose(
        IReadOnlyDictionary<string, NdArray> train, string path, IReadOnlyList<(string Name, string? Kind)>? wanted, List<string> ignored, ProblemList problems)
    {
        string[] candidates = [.. train.Keys.Where(name => name != "label" && train[name].Shape.Length > 1).Order(StringComparer.Ordinal)];
        if (wanted is null) ignored.AddRange(train.Keys.Where(name => name != "label" && train[name].Shape.Length <= 1));
        foreach (var (name, kind) in wanted ?? [.. candidates.Select(name => (name, (string?)null))])
        {
            if (!train.TryGetValue(name, out NdArray? array) || name == "label")
                problems.Add(path, $"has no array named {name}", Nearest.Remedy(name, candidates));
            else if (kind is not null && !PackModality.KindNames.Contains(kind))
                problems.Add($"--modalities {name}:{kind}", "is an unknown kind", Nearest.Remedy(kind, (IReadOnlyCollection<string>)PackModality.KindNames));
            else yield return new PackModality(name, kind is null ? Guess(array) : Enum.Parse<ModalityKind>(kind, ignoreCase: true), array.Shape[1..], array.Type, null);
        }
    }

    /// <summary>
    /// Kinds by shape of one sample: one dimension is features; three with 1 or 3 last, or two of <c>uint8</c>, an image; other two a
    /// sequence; other three a spectrogram; four a video.
    /// </summary>
    private static ModalityKind Guess(NdArray array) => array.Shape[1..] switch
    {
        [_] => ModalityKind.Features,
        [_, _] => array.Type == ElementType.UInt8 ? ModalityKind.Image : ModalityKind.Sequence,
        [_, _, 1 or 3] => ModalityKind.Image,
        [_, _, _] => ModalityKind.Spectrogram,
        _ => ModalityKind.Video,
    };

    private static void CheckArrays(string path, IReadOnlyDictionary<string, NdArray> arrays, PackModality[] modalities, ProblemList problems)
    {
        int samples = Labels(arrays).Length;
        foreach (PackModality modality in modalities)
        {
            if (!arrays.TryGetValue(modality.Name, out NdArray? array)) problems.Add(path, $"has no array named {modality.Name}, which train has", "add it, or leave it out with --modalities");
            else if (array.Rows != samples) problems.Add(path, $"holds {array.Rows} samples of {modality.Name} and {samples} labels", "give every array the same length");
            else if (array.Type != modality.Type || !array.Shape.AsSpan(1).SequenceEqual(modality.Shape))
                problems.Add(path, $"holds {modality.Name} as {array.Type} [{string.Join(", ", array.Shape)}], train as {modality.Type} [n, {string.Join(", ", modality.Shape)}]", "store both alike");
        }
    }

    private static long[] Labels(IReadOnlyDictionary<string, NdArray> arrays)
    {
        NdArray label = arrays["label"];
        float[] values = new float[label.Rows];
        if (label.Type == ElementType.Int64) return label.As<long>().ToArray();
        Elements.ToFloat(label.Data, label.Type == ElementType.UInt8 ? ElementType.Int8 : label.Type, values);
        return label.Type == ElementType.UInt8 ? [.. label.Data.Select(value => (long)value)] : [.. values.Select(value => (long)value)];
    }
}

/// <summary>What an import did.</summary>
/// <param name="Ignored">Arrays that are no modality: texts, and one value per sample.</param>
/// <param name="ValidationWasCut">Whether val was cut from train.</param>
public sealed record ImportResult(IReadOnlyList<string> Ignored, bool ValidationWasCut);
