using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>
/// CMU-MOSI and CMU-MOSEI: opinions, as aligned features of text, sound and face. The published pickles are not read, since a pickle can run
/// programs: their arrays are wanted as <c>.npz</c>.
/// </summary>
/// <param name="name">Which of the two.</param>
internal sealed class CmuSentiment(string name) : PublishedDataset, IMadeDataset
{
    private static readonly string[] Modalities = ["text", "audio", "vision"];
    private static readonly (string Split, string File)[] Parts = [("train", "train.npz"), ("val", "valid.npz"), ("test", "test.npz")];

    internal override string Name => name;

    internal override string Layout => "train.npz, valid.npz and test.npz with text, audio and vision (n, length, width) and labels (n), from -3 to 3; docs/published.md says how to write them from the pickles";

    internal override IReadOnlyList<string> Presets { get; } = ["two", "seven"];

    public void Make(PublishedFolder root, string outFolder, ulong seed)
    {
        foreach (var (split, file) in Parts)
        {
            using NpzReader arrays = NpzReader.Open(System.IO.Path.Combine(root.Path, root.Find(file)));
            foreach (string modality in Modalities) Write(System.IO.Path.Combine(outFolder, $"{split}.{modality}.npy"), arrays.Read(modality));
        }
    }

    internal override Listing Read(PublishedFolder root, string preset)
    {
        List<ListedSample> samples = [];
        Dictionary<string, long[]> shapes = [];
        foreach (var (split, file) in Parts)
        {
            using NpzReader arrays = NpzReader.Open(System.IO.Path.Combine(root.Path, root.Find(file)));
            _ = ShapeOf(arrays, "labels", file);
            float[] labels = arrays.Read("labels").As<float>().ToArray();
            if (labels.Any(label => !float.IsFinite(label))) throw new ProblemException($"{file}: has labels that are no numbers; write it as docs/published.md says");
            foreach (string modality in Modalities)
                if ((shapes[modality] = ShapeOf(arrays, modality, file)) is not { Length: 3 } shape || shape[0] != labels.Length)
                    throw new ProblemException($"{file}: holds {modality} as [{string.Join(", ", shapes[modality])}] for {labels.Length} labels; write it as docs/published.md says");
            samples.AddRange(labels.Select((label, i) => new ListedSample(
                $"{split}-{i}", split, ClassOf(label, preset), null, Modalities.ToDictionary(modality => modality, modality => new Cell($"{split}.{modality}.npy#{i}", CellKind.Made)))));
        }
        return new Listing(
            preset == "two" ? ["negative", "non-negative"] : ["-3", "-2", "-1", "0", "1", "2", "3"],
            [.. Modalities.Select(modality => KeyValuePair.Create(modality, $"{{type: array, kind: sequence, shape: [{string.Join(", ", shapes[modality][1..])}], dtype: float32}}"))],
            samples);
    }

    /// <summary>Two classes: below zero or not. Seven: the nearest whole number, halves away from zero.</summary>
    internal static string ClassOf(float label, string preset) => preset == "two"
        ? label < 0 ? "negative" : "non-negative"
        : ((int)Math.Round(Math.Clamp(label, -3, 3), MidpointRounding.AwayFromZero)).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static long[] ShapeOf(NpzReader arrays, string array, string file) => arrays.Contains(array) && arrays.Header(array) is (ElementType.Float32, var shape)
        ? shape
        : throw new ProblemException($"{file}: has no float32 array named {array}; write it as docs/published.md says");

    /// <summary>Some sounds hold −∞; like the papers' loaders this takes 0 for them.</summary>
    private static void Write(string path, NdArray array)
    {
        foreach (ref float value in array.As<float>()) if (!float.IsFinite(value)) value = 0;
        using NpyWriter writer = new(path, ElementType.Float32, array.Shape.AsSpan(1));
        writer.Append(array.Data);
        writer.Complete();
    }
}
