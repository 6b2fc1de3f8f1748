using System.Globalization;

namespace Equipoise.Data.Published;

/// <summary>VGGSound: ten seconds of YouTube with an audible class each, 309 classes.</summary>
internal sealed class VggSound : PublishedDataset
{
    internal override string Name => "vggsound";

    internal override string Layout => "vggsound.csv (video, start, label, part) and video/VIDEO_SSSSSS.mp4, the start in six digits";

    internal override IReadOnlyList<string> Presets { get; } = ["alphabetical", "ogm-ge"];

    internal override string GroupedBy => "video";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        string folder = root.Find("video", "videos");
        ListedSample[] samples = [.. root.Rows("vggsound.csv").Select((row, i) => Sample(root, row, i + 1, folder))];
        IEnumerable<string> classes = samples.Where(sample => preset != "ogm-ge" || sample.Split == "train").Select(sample => sample.Label).Distinct();
        return new Listing(
            [.. preset == "ogm-ge" ? classes : classes.Order(StringComparer.Ordinal)],
            [new("audio", "{type: log-spectrogram, preset: vggsound}"), new("visual", "{type: frames, rate: 1, frames: 3, choose: even, size: [224, 224]}")],
            samples);
    }

    private static ListedSample Sample(PublishedFolder root, string[] row, int line, string folder)
    {
        if (row.Length != 4 || row[3] is not ("train" or "test") || !int.TryParse(row[1], NumberStyles.None, CultureInfo.InvariantCulture, out int start))
            throw root.Wrong("vggsound.csv", line, "is not a video, a start, a label and train or test");
        string id = string.Create(CultureInfo.InvariantCulture, $"{row[0]}_{start:d6}");
        Cell clip = new($"{folder}/{id}.mp4");
        return new ListedSample(id, row[3], row[2], row[0], new Dictionary<string, Cell> { ["audio"] = clip, ["visual"] = clip });
    }
}
