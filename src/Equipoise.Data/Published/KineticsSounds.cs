using System.Globalization;

namespace Equipoise.Data.Published;

/// <summary>Kinetics-Sounds: the 31 classes of Kinetics-400 that can be heard and seen.</summary>
internal sealed class KineticsSounds : PublishedDataset
{
    private static readonly string[] Classes =
    [
        "blowing nose", "blowing out candles", "bowling", "chopping wood", "dribbling basketball", "laughing", "mowing lawn", "playing accordion",
        "playing bagpipes", "playing bass guitar", "playing clarinet", "playing drums", "playing guitar", "playing harmonica", "playing keyboard",
        "playing organ", "playing piano", "playing saxophone", "playing trombone", "playing trumpet", "playing violin", "playing xylophone",
        "ripping paper", "shoveling snow", "shuffling cards", "singing", "stomping grapes", "tap dancing", "tapping guitar", "tapping pen", "tickling",
    ];

    internal override string Name => "kinetics-sounds";

    internal override string Layout =>
        "train/CLASS/VIDEO_START_END.mp4 and val/CLASS/… as Kinetics-400 is (its val is the test part); preset ogm-ge: my_train.txt and my_test.txt (clip, 10, class number) and video/CLIP.mp4";

    internal override IReadOnlyList<string> Presets { get; } = ["kinetics", "ogm-ge"];

    internal override string GroupedBy => "video";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        ListedSample[] samples = preset == "ogm-ge"
            ? [.. FromList(root, "my_train.txt", "train"), .. FromList(root, "my_test.txt", "test")]
            : [.. FromFolders(root, "train", "train"), .. FromFolders(root, "val", "test")];
        string[] numbers = [.. Enumerable.Range(0, Classes.Length).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return new Listing(
            preset == "ogm-ge" ? numbers : Classes,
            [new("audio", "{type: log-mel, preset: kinetics-sounds}"), new("visual", "{type: frames, rate: 1, frames: 3, choose: even, size: [224, 224]}")],
            samples);
    }

    private static IEnumerable<ListedSample> FromFolders(PublishedFolder root, string folder, string split)
    {
        root.Find(folder);
        foreach (string label in Classes)
            if (root.FindOrNull($"{folder}/{label}") is { } place)
                foreach (string file in root.FilesIn(place, "*.mp4"))
                    yield return Sample(System.IO.Path.GetFileNameWithoutExtension(file), split, label, file);
    }

    /// <summary>The list numbers its classes and does not name them.</summary>
    private static IEnumerable<ListedSample> FromList(PublishedFolder root, string list, string split) => root.Rows(list).Select((row, i) =>
        row.Length == 3 && int.TryParse(row[2], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < Classes.Length
            ? Sample(row[0], split, number.ToString(CultureInfo.InvariantCulture), $"{root.Find("video")}/{row[0]}.mp4")
            : throw root.Wrong(list, i + 1, "is not a clip, its length and a class number below 31"));

    private static ListedSample Sample(string id, string split, string label, string file) =>
        new(id, split, label, id.Length > 11 ? id[..11] : id, new Dictionary<string, Cell> { ["audio"] = new(file), ["visual"] = new(file) });
}
