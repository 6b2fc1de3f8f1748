namespace Equipoise.Data.Published;

/// <summary>
/// CREMA-D: acted emotions, sound and picture. Its authors publish no parts; those of the papers' repositories have all 91 actors on both
/// sides, so the default divides the actors instead.
/// </summary>
internal sealed class CremaD : PublishedDataset
{
    private const int ActorDigits = 4;
    private static readonly string[] Codes = ["ANG", "DIS", "FEA", "HAP", "NEU", "SAD"];
    private static readonly Dictionary<string, string[]> ClassOrders = new()
    {
        ["actors"] = Codes,
        ["ogm-ge"] = ["NEU", "HAP", "SAD", "FEA", "DIS", "ANG"],
        ["mmpareto"] = Codes,
        ["relearning"] = Codes,
        ["mla"] = ["Anger", "Disgust", "Fear", "Happy", "Neutral", "Sad"],
    };

    internal override string Name => "crema-d";

    internal override string Layout =>
        "AudioWAV/CLIP.wav and VideoFlash/CLIP.flv (or frames in Image-01-FPS/CLIP/); presets ogm-ge and mmpareto want train.csv and test.csv, relearning my_train.csv, val.csv and test.csv, mla my_train_cre.txt and my_test_cre.txt";

    internal override IReadOnlyList<string> Presets { get; } = ["actors", "ogm-ge", "mla", "mmpareto", "relearning"];

    internal override string GroupedBy => "actor";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        string sound = root.Find("AudioWAV"), picture = root.Find("VideoFlash", "Image-01-FPS");
        IEnumerable<(string Clip, string Label, string Split)> clips = preset switch
        {
            "ogm-ge" or "mmpareto" => [.. Listed(root, "train.csv", "train"), .. Listed(root, "test.csv", "test")],
            "relearning" => [.. Listed(root, "my_train.csv", "train"), .. Listed(root, "val.csv", "val"), .. Listed(root, "test.csv", "test")],
            "mla" => [.. Lines(root, "my_train_cre.txt", "train"), .. Lines(root, "my_test_cre.txt", "test")],
            _ => root.FilesIn(sound, "*.wav").Select(file => System.IO.Path.GetFileNameWithoutExtension(file)).Select(clip => (clip, CodeOf(clip), "")),
        };
        return new Listing(
            ClassOrders[preset],
            [new("audio", "{type: log-spectrogram, preset: crema-d}"), new("visual", "{type: frames, rate: 1, frames: 1, size: [224, 224]}")],
            [.. clips.Select(clip => new ListedSample(clip.Clip, clip.Split, clip.Label, Actor(clip.Clip), new Dictionary<string, Cell>
            {
                ["audio"] = new($"{sound}/{clip.Clip}.wav"),
                ["visual"] = new(picture == "VideoFlash" ? $"{picture}/{clip.Clip}.flv" : $"{picture}/{clip.Clip}"),
            }))]);
    }

    private static IEnumerable<(string Clip, string Label, string Split)> Listed(PublishedFolder root, string list, string split)
    {
        int line = 0;
        foreach (string[] row in root.Rows(list))
        {
            line++;
            if (row.Length >= 2 && Codes.Contains(row[1])) yield return (row[0], row[1], split);
            else if (line > 1 || Actor(row[0]) is not null) throw root.Wrong(list, line, "is not a clip and its emotion");
        }
    }

    private static IEnumerable<(string Clip, string Label, string Split)> Lines(PublishedFolder root, string list, string split) =>
        root.Lines(list).Select((line, i) => line.Split(".flv ") is [var clip, var label] && ClassOrders["mla"].Contains(label)
            ? (clip, label, split)
            : throw root.Wrong(list, i + 1, "is not CLIP.flv and its emotion"));

    /// <summary>The third part of <c>1001_DFA_ANG_XX</c>.</summary>
    private static string CodeOf(string clip) => clip.Split('_') is [_, _, var code, ..] && Codes.Contains(code)
        ? code
        : throw new ProblemException($"AudioWAV/{clip}.wav: its name does not say an emotion; clips of CREMA-D are named like 1001_DFA_ANG_XX.wav");

    private static string? Actor(string clip) => clip.Length > ActorDigits && clip[..ActorDigits].All(char.IsAsciiDigit) ? clip[..ActorDigits] : null;
}
