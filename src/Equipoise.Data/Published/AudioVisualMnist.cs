using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>
/// AV-MNIST: a written and a spoken digit of the same class (Vielzeuf et al. 2018), here of MNIST and the Free Spoken Digit Dataset. Each
/// recording gets a digit of its own part, drawn without repetition.
/// </summary>
internal sealed class AudioVisualMnist : PublishedDataset, IMadeDataset
{
    private const int TestTakes = 5;

    internal override string Name => "av-mnist";

    internal override string Layout => $"mnist/ with {MnistFiles.Layout}, and fsdd/recordings/DIGIT_SPEAKER_TAKE.wav";

    internal override IReadOnlyList<string> Presets { get; } = ["takes"];

    internal override string GroupedBy => "speaker";

    public void Make(PublishedFolder root, string outFolder, ulong seed)
    {
        foreach (IGrouping<string, Recording> part in Recordings(root).GroupBy(recording => recording.Split))
        {
            byte[] labels = MnistFiles.Labels(root, part.Key);
            NdArray digits = MnistFiles.Images(root, part.Key, labels.Length);
            Dictionary<int, Queue<int>> waiting = Shuffled(labels, new SeededRandom(SeedStream.Derive(seed, "pairs", part.Key == "train" ? 0 : 1)));
            using NpyWriter image = new(System.IO.Path.Combine(outFolder, $"{part.Key}.image.npy"), ElementType.UInt8, [28, 28]);
            foreach (Recording recording in part)
            {
                if (!waiting.TryGetValue(recording.Digit, out Queue<int>? left) || left.Count == 0) throw new ProblemException($"{root.Path}: has fewer written than spoken digits {recording.Digit} in {part.Key}; take MNIST's own files");
                image.Append(digits.Row(left.Dequeue()));
            }
            image.Complete();
        }
    }

    internal override Listing Read(PublishedFolder root, string preset)
    {
        Dictionary<string, int> rows = [];
        return new Listing(
            MnistFiles.Classes,
            [new("audio", "{type: log-mel, rate: 8000, bins: 32, frames: 48, shift: 20}"), new("image", "{type: array, kind: image, shape: [28, 28], dtype: uint8}")],
            [.. Recordings(root).Select(recording => new ListedSample(
                recording.Id, recording.Split, MnistFiles.Classes[recording.Digit], recording.Speaker, new Dictionary<string, Cell>
                {
                    ["audio"] = new(recording.File),
                    ["image"] = new($"{recording.Split}.image.npy#{(rows[recording.Split] = rows.GetValueOrDefault(recording.Split, -1) + 1)}", CellKind.Made),
                }))]);
    }

    /// <summary>The recordings in the order of their names; takes 0 to 4 are the data set's own test part.</summary>
    private static IEnumerable<Recording> Recordings(PublishedFolder root) => root.FilesIn(root.Find("fsdd/recordings", "recordings"), "*.wav").Select(file =>
    {
        string id = System.IO.Path.GetFileNameWithoutExtension(file);
        if (id.Split('_') is not [[var digit], var speaker, var take] || !char.IsAsciiDigit(digit) || !int.TryParse(take, out int number))
            throw new ProblemException($"{file}: is not named DIGIT_SPEAKER_TAKE.wav; take the recordings as they are published");
        return new Recording(file, id, digit - '0', speaker, number < TestTakes ? "test" : "train");
    });

    private static Dictionary<int, Queue<int>> Shuffled(byte[] labels, SeededRandom random) => labels.Select((label, i) => (Label: (int)label, Index: i))
        .GroupBy(pair => pair.Label, pair => pair.Index).OrderBy(digits => digits.Key)
        .ToDictionary(digits => digits.Key, digits =>
        {
            int[] order = [.. digits];
            random.Shuffle<int>(order);
            return new Queue<int>(order);
        });

    private sealed record Recording(string File, string Id, int Digit, string Speaker, string Split);
}
