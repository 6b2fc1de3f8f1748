using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>
/// WebDataset shards: tar files of <c>KEY.wav</c>, <c>KEY.jpg</c>, <c>KEY.txt</c> and <c>KEY.cls</c>. What is in them is unpacked beside the
/// manifest, under names of its own: names inside a shard decide nothing about where a file goes.
/// </summary>
internal sealed class WebDataset : PublishedDataset, IMadeDataset
{
    private const long LargestMember = 1L << 30, LongestText = 1L << 20;
    private static readonly Dictionary<string, (string Modality, string Recipe)> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["wav"] = ("audio", "{type: log-mel, preset: plain}"),
        ["flac"] = ("audio", "{type: log-mel, preset: plain}"),
        ["mp3"] = ("audio", "{type: log-mel, preset: plain}"),
        ["jpg"] = ("image", "{type: frames, size: [224, 224]}"),
        ["jpeg"] = ("image", "{type: frames, size: [224, 224]}"),
        ["png"] = ("image", "{type: frames, size: [224, 224]}"),
        ["mp4"] = ("video", "{type: frames, rate: 1, frames: 3, choose: even, size: [224, 224]}"),
        ["txt"] = ("text", "{type: text, length: 256}"),
    };

    internal override string Name => "webdataset";

    internal override string Layout => "train*.tar, test*.tar and, if there are any, val*.tar, each with KEY.wav, KEY.jpg, KEY.mp4, KEY.txt and KEY.cls";

    public void Make(PublishedFolder root, string outFolder, ulong seed)
    {
        string media = System.IO.Path.Combine(outFolder, "media");
        Directory.CreateDirectory(media);
        foreach (Member member in Members(root))
            if (member.Extension is not ("txt" or "cls") && Kinds.ContainsKey(member.Extension)) File.WriteAllBytes(System.IO.Path.Combine(media, FileOf(member)), member.Entry.Read(LargestMember));
    }

    internal override Listing Read(PublishedFolder root, string preset)
    {
        Dictionary<string, Sample> samples = [];
        SortedDictionary<string, string> modalities = new(StringComparer.Ordinal);
        foreach (Member member in Members(root))
        {
            string id = member.Split == "train" ? member.Key : $"{member.Split}/{member.Key}";
            if (!samples.TryGetValue(id, out Sample? sample)) samples[id] = sample = new Sample(member.Split);
            if (member.Extension == "cls") sample.Label = System.Text.Encoding.UTF8.GetString(member.Entry.Read(LongestText)).Trim();
            if (!Kinds.TryGetValue(member.Extension, out var kind)) continue;
            modalities[kind.Modality] = kind.Recipe;
            sample.Cells[kind.Modality] = member.Extension == "txt"
                ? new Cell(System.Text.Encoding.UTF8.GetString(member.Entry.Read(LongestText)).Trim(), CellKind.Text)
                : new Cell($"media/{FileOf(member)}", CellKind.Made);
        }
        if (samples.FirstOrDefault(pair => pair.Value.Label is null) is { Key: { } nameless }) throw new ProblemException($"{root.Path}: {nameless} has no .cls, which says its class; add it");
        return new Listing(
            [.. samples.Values.Select(sample => sample.Label!).Distinct().OrderBy(label => int.TryParse(label, out int number) ? number : int.MaxValue).ThenBy(label => label, StringComparer.Ordinal)],
            [.. modalities],
            [.. samples.Select(pair => new ListedSample(pair.Key, pair.Value.Split, pair.Value.Label!, null, pair.Value.Cells))]);
    }

    private static string FileOf(Member member) => FormattableString.Invariant($"{member.Split}-{member.Number:d8}.{member.Extension}");

    private static IEnumerable<Member> Members(PublishedFolder root)
    {
        foreach (string split in (string[])["train", "val", "test"])
        {
            int number = 0;
            Dictionary<string, int> numbers = [];
            foreach (string shard in root.FilesIn("", $"{split}*.tar"))
                foreach (TarMember entry in TarFile.Members(System.IO.Path.Combine(root.Path, shard)))
                {
                    string name = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
                    int dot = name.IndexOf('.');
                    if (dot < 1) continue;
                    string key = name[..dot];
                    if (!numbers.TryGetValue(key, out int own)) numbers[key] = own = number++;
                    yield return new Member(split, key, own, name[(dot + 1)..].ToLowerInvariant(), entry);
                }
        }
    }

    private sealed record Member(string Split, string Key, int Number, string Extension, TarMember Entry);

    private sealed class Sample(string split)
    {
        internal string Split { get; } = split;

        internal string? Label { get; set; }

        internal Dictionary<string, Cell> Cells { get; } = [];
    }
}
