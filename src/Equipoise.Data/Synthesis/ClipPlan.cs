using System.Globalization;

namespace Equipoise.Data.Synthesis;

/// <summary>Everything that is drawn by chance about one clip.</summary>
internal sealed record ClipPlan(int Index, string Split, int Digit, SpeechPlan Speech, PicturePlan Picture)
{
    internal string Id => $"clip-{Index.ToString("D4", CultureInfo.InvariantCulture)}";

    internal string File => $"clips/{Id}.mp4";

    /// <summary>
    /// Plans all clips. Each draws from streams of its own, one per purpose: changing how hard one modality is leaves the
    /// labels and the other modality as they were.
    /// </summary>
    internal static ClipPlan[] DrawAll(ulong seed, int clips)
    {
        string[] splits = [.. Enumerable.Range(0, clips).Select(SplitOf)];
        Dictionary<string, Queue<int>> labels = splits.GroupBy(split => split).ToDictionary(
            split => split.Key, split => BalancedLabels(seed, split.Key, split.Count()));
        return [.. splits.Select((split, index) => new ClipPlan(
            index, split, labels[split].Dequeue(),
            SpeechPlan.Draw(Stream(seed, "speech", index), Voices.Of(split)),
            PicturePlan.Draw(Stream(seed, "picture", index))))];
    }

    /// <summary>The random stream of one clip for one purpose.</summary>
    internal static SeededRandom Stream(ulong seed, string purpose, int index) =>
        new(SeedStream.Derive(seed, "talking-digits." + purpose, index));

    // Of twenty clips thirteen are for training, two for validation, five for the test.
    private static string SplitOf(int index) => (index % 20) switch { < 13 => "train", < 15 => "val", _ => "test" };

    private static Queue<int> BalancedLabels(ulong seed, string split, int count)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % TalkingDigits.Words.Count)];
        new SeededRandom(SeedStream.Derive(seed, "talking-digits.labels." + split)).Shuffle<int>(labels);
        return new Queue<int>(labels);
    }
}
