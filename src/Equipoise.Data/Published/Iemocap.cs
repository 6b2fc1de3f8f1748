using System.Text.RegularExpressions;

namespace Equipoise.Data.Published;

/// <summary>
/// IEMOCAP, four classes as is usual: angry, happy (with excited), neutral, sad; sound, text and, where pictures of the faces have been cut
/// out, those. Its authors publish no parts: one of the five sessions is test, so that no speaker is on both sides.
/// </summary>
internal sealed partial class Iemocap : PublishedDataset
{
    private static readonly Dictionary<string, string> Emotions = new() { ["ang"] = "angry", ["hap"] = "happy", ["exc"] = "happy", ["neu"] = "neutral", ["sad"] = "sad" };

    internal override string Name => "iemocap";

    internal override string Layout =>
        "Session1/ to Session5/ with dialog/EmoEvaluation/, dialog/transcriptions/ and sentences/wav/, and faces/UTTERANCE/ where there are any; preset mla: my_train_iemo.txt, my_test_iemo.txt and subaudio/UTTERANCE.wav";

    internal override IReadOnlyList<string> Presets { get; } = ["session5", "session1", "session2", "session3", "session4", "mla"];

    internal override string GroupedBy => "speaker";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        bool faces = root.FindOrNull("faces") is not null;
        List<KeyValuePair<string, string>> recipes = [new("audio", "{type: log-mel, preset: plain}")];
        if (faces) recipes.Add(new("visual", "{type: frames, frames: 1, choose: even, size: [256, 256]}"));
        recipes.Add(new("text", JsonLines.Text));
        IEnumerable<ListedSample> samples = preset == "mla"
            ? [.. Listed(root, "my_train_iemo.txt", "train", faces), .. Listed(root, "my_test_iemo.txt", "test", faces)]
            : Enumerable.Range(1, 5).SelectMany(session => Session(root, session, $"session{session}" == preset ? "test" : "train", faces));
        return new Listing(["angry", "happy", "neutral", "sad"], recipes, [.. samples]);
    }

    private static IEnumerable<ListedSample> Session(PublishedFolder root, int session, string split, bool faces)
    {
        string folder = root.Find($"Session{session}");
        foreach (string evaluation in root.FilesIn($"{folder}/dialog/EmoEvaluation", "*.txt").Where(file => !System.IO.Path.GetFileName(file).StartsWith('.')))
        {
            string dialog = System.IO.Path.GetFileNameWithoutExtension(evaluation);
            Dictionary<string, string> said = root.Lines($"{folder}/dialog/transcriptions/{dialog}.txt")
                .Select(line => Transcript().Match(line)).Where(match => match.Success).DistinctBy(match => match.Groups[1].Value)
                .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
            foreach (Match turn in root.Lines(evaluation).Select(line => Turn().Match(line)).Where(match => match.Success))
                if (Emotions.TryGetValue(turn.Groups[2].Value, out string? label) && turn.Groups[1].Value is var id)
                    yield return Sample(id, split, label, $"{folder}/sentences/wav/{dialog}/{id}.wav", said.GetValueOrDefault(id, ""), faces);
        }
    }

    private static IEnumerable<ListedSample> Listed(PublishedFolder root, string list, string split, bool faces) => root.Lines(list).Select((line, i) =>
    {
        if (line.Split(" [split|sign] ") is not [var file, var text, var label] || !Emotions.ContainsValue(label.ToLowerInvariant()))
            throw root.Wrong(list, i + 1, "is not UTTERANCE.mp4, what is said and one of four emotions");
        string id = System.IO.Path.GetFileNameWithoutExtension(file);
        return Sample(id, split, label.ToLowerInvariant(), $"subaudio/{id}.wav", text, faces);
    });

    private static ListedSample Sample(string id, string split, string label, string sound, string text, bool faces)
    {
        Dictionary<string, Cell> cells = new() { ["audio"] = new(sound), ["text"] = new(text, CellKind.Text) };
        if (faces) cells["visual"] = new($"faces/{id}");
        return new ListedSample(id, split, label, Speaker().Match(id) is { Success: true } match ? match.Groups[1].Value + match.Groups[2].Value : null, cells);
    }

    [GeneratedRegex(@"^\[[\d. -]+\]\s+(Ses\S+)\s+(\w{3})\s")]
    private static partial Regex Turn();

    [GeneratedRegex(@"^(Ses\S+) \[[\d.-]+\]: ?(.*)$")]
    private static partial Regex Transcript();

    [GeneratedRegex(@"^(Ses\d\d).*_([FM])\d+$")]
    private static partial Regex Speaker();
}
