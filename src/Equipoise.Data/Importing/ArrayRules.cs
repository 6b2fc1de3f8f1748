using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>What arrays have to be so that a data set can be made of them.</summary>
internal static class ArrayRules
{
    /// <summary>The modalities of the arrays of each split.</summary>
    /// <param name="splits">Arrays by name, of <c>train</c> and others.</param>
    /// <param name="sources">What to call each split in a problem.</param>
    /// <param name="wanted">Modalities by name, each with its kind or null; null for all that look like data.</param>
    /// <param name="ignored">Gets the names of the arrays that do not.</param>
    /// <exception cref="ProblemException">The arrays do not fit together; all problems are told.</exception>
    internal static PackModality[] Check(
        Dictionary<string, IReadOnlyDictionary<string, NdArray>> splits, IReadOnlyDictionary<string, string> sources,
        IReadOnlyList<(string Name, string? Kind)>? wanted, List<string> ignored)
    {
        ProblemList problems = new();
        foreach (var (split, arrays) in splits) CheckLabels(sources[split], arrays, problems);
        problems.ThrowIfAny();
        PackModality[] modalities = [.. Choose(splits["train"], sources["train"], wanted, ignored, problems)];
        foreach (var (split, arrays) in splits) CheckArrays(sources[split], arrays, modalities, problems);
        problems.ThrowIfAny();
        return modalities;
    }

    private static void CheckLabels(string path, IReadOnlyDictionary<string, NdArray> arrays, ProblemList problems)
    {
        if (!arrays.TryGetValue("label", out NdArray? label))
            problems.Add(path, "has no array named label", arrays.Count > 0 ? $"it holds {string.Join(", ", arrays.Keys)}; rename the class numbers to label" : "add the class numbers");
        else if (label.Shape.Length != 1 || label.Type is ElementType.Float16 or ElementType.Float32 or ElementType.Float64 or ElementType.BFloat16)
            problems.Add(path, $"has labels of type {label.Type} and shape [{string.Join(", ", label.Shape)}]", "store one whole number per sample");
        else if (label.Rows == 0)
            problems.Add(path, "holds no samples", "store at least one");
        else if (Labels(arrays).FirstOrDefault(value => value is < 0 or > 1_000_000) is var wrong and not 0)
            problems.Add(path, $"has the label {wrong}", "number the classes from 0, up to 1,000,000");
    }

    private static IEnumerable<PackModality> Choose(
        IReadOnlyDictionary<string, NdArray> train, string path, IReadOnlyList<(string Name, string? Kind)>? wanted, List<string> ignored, ProblemList problems)
    {
        string[] arrays = [.. train.Keys.Where(name => name != "label" && !IsCompanion(name)).Order(StringComparer.Ordinal)];
        string[] candidates = [.. arrays.Where(name => train[name].Shape.Skip(1).Any(size => size != 1))];
        if (wanted is null) ignored.AddRange(arrays.Except(candidates));
        if (wanted is null && candidates.Length == 0) problems.Add(path, "holds no array that is a modality", "add one with more than one value per sample");
        foreach (var (name, count) in wanted?.CountBy(pair => pair.Name).Where(pair => pair.Value > 1) ?? [])
            problems.Add("--modalities", $"names {name} {count} times", "name it once");
        foreach (var (name, kind) in wanted?.DistinctBy(pair => pair.Name) ?? candidates.Select(name => (name, (string?)null)))
        {
            if (!train.TryGetValue(name, out NdArray? array) || name == "label")
                problems.Add(path, $"has no modality named {name}", Nearest.Remedy(name, arrays));
            else if (kind is not null && !PackModality.KindNames.Contains(kind))
                problems.Add($"--modalities {name}:{kind}", "is an unknown kind", Nearest.Remedy(kind, (IReadOnlyCollection<string>)PackModality.KindNames));
            else if (AsModality(name, kind, array, path, problems) is { } modality) yield return modality;
        }
    }

    private static PackModality? AsModality(string name, string? kind, NdArray array, string path, ProblemList problems)
    {
        long[] shape = [.. array.Shape.Skip(1)];
        PackModality modality = new(name, kind is null ? Guess(shape, array.Type) : Enum.Parse<ModalityKind>(kind, ignoreCase: true), shape, array.Type, null);
        string what = $"holds {name} of shape [{string.Join(", ", array.Shape)}]";
        if (!PackModality.IsName(name)) problems.Add(path, $"holds an array named '{name}'", PackModality.NameRule);
        else if (array.Type == ElementType.BFloat16) problems.Add(path, $"holds {name} as bfloat16, which a pack cannot", "store it as float32");
        else if (shape.Contains(0)) problems.Add(path, $"{what}, which has no values", "leave it out with --modalities");
        else if (!modality.HasShapeOfItsKind) problems.Add(path, $"{what}, which is no {modality.Kind.ToString().ToLowerInvariant()}", "name another kind in --modalities, or reshape it");
        else return modality;
        return null;
    }

    /// <summary>
    /// Kinds by shape of one sample: one dimension is features; three with 1 or 3 last, or two of <c>uint8</c>, an image; other two a
    /// sequence; other three a spectrogram; four a video.
    /// </summary>
    private static ModalityKind Guess(long[] shape, ElementType type) => shape switch
    {
        [] or [_] => ModalityKind.Features,
        [_, _] => type == ElementType.UInt8 ? ModalityKind.Image : ModalityKind.Sequence,
        [_, _, 1 or 3] => ModalityKind.Image,
        [_, _, _] => ModalityKind.Spectrogram,
        _ => ModalityKind.Video,
    };

    private static void CheckArrays(string path, IReadOnlyDictionary<string, NdArray> arrays, PackModality[] modalities, ProblemList problems)
    {
        int samples = Labels(arrays).Length;
        CheckRealPositions(path, arrays, modalities, samples, problems);
        foreach (PackModality modality in modalities)
        {
            if (!arrays.TryGetValue(modality.Name, out NdArray? array)) problems.Add(path, $"has no array named {modality.Name}, which train has", "add it, or leave it out with --modalities");
            else if (array.Rows != samples) problems.Add(path, $"holds {array.Rows} samples of {modality.Name} and {samples} labels", "give every array the same length");
            else if (array.Type != modality.Type || !array.Shape.AsSpan(1).SequenceEqual(modality.Shape))
                problems.Add(path, $"holds {modality.Name} as {array.Type} [{string.Join(", ", array.Shape)}], train as {modality.Type} [n, {string.Join(", ", modality.Shape)}]", "store both alike");
        }
    }

    /// <summary>The arrays that say which positions of a modality are real: <c>text.mask</c>, <c>frames.length</c>.</summary>
    internal static IEnumerable<(string Role, NdArray Array)> RealPositionsOf(IReadOnlyDictionary<string, NdArray> arrays, IEnumerable<PackModality> modalities) =>
        from modality in modalities
        from suffix in RealPositions.Suffixes
        let role = modality.Name + suffix
        where RealPositions.Expected(modality, role) is not null && arrays.ContainsKey(role)
        select (role, arrays[role]);

    /// <summary>Checks them.</summary>
    internal static void CheckRealPositions(string source, IReadOnlyDictionary<string, NdArray> arrays, IReadOnlyList<PackModality> modalities, long samples, ProblemList problems)
    {
        foreach (var (role, array) in RealPositionsOf(arrays, modalities))
        {
            var (type, shape) = modalities.Select(modality => RealPositions.Expected(modality, role)).First(expected => expected is not null)!.Value;
            if (array.Type != type || !array.Shape.AsSpan().SequenceEqual([samples, .. shape]))
                problems.Add(source, $"holds {role} as {array.Type} [{string.Join(", ", array.Shape)}]", $"store {type} [{string.Join(", ", (long[])[samples, .. shape])}]");
        }
    }

    private static bool IsCompanion(string name) => name.EndsWith(".present", StringComparison.Ordinal) || RealPositions.Suffixes.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));

    internal static long[] Labels(IReadOnlyDictionary<string, NdArray> arrays)
    {
        NdArray label = arrays["label"];
        return label.Type switch
        {
            ElementType.Int8 => Convert(label.As<sbyte>()),
            ElementType.UInt16 => Convert(label.As<ushort>()),
            ElementType.Int16 => Convert(label.As<short>()),
            ElementType.UInt32 => Convert(label.As<uint>()),
            ElementType.Int32 => Convert(label.As<int>()),
            ElementType.UInt64 => Convert(label.As<ulong>()),
            ElementType.Int64 => label.As<long>().ToArray(),
            _ => [.. label.Data.Select(value => (long)value)],
        };
    }

    private static long[] Convert<T>(Span<T> values) where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        long[] converted = new long[values.Length];
        for (int i = 0; i < converted.Length; i++) converted[i] = long.CreateSaturating(values[i]);
        return converted;
    }
}
