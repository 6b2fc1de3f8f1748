namespace Equipoise.Data.Published;

/// <summary>AVE: audio-visual events, ten seconds of YouTube, 28 classes.</summary>
internal sealed class Ave : PublishedDataset
{
    internal override string Name => "ave";

    internal override string Layout => "trainSet.txt, valSet.txt and testSet.txt (Category&VideoID&Quality&StartTime&EndTime) and AVE/VideoID.mp4";

    internal override string GroupedBy => "video";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        string folder = root.Find("AVE");
        Dictionary<string, int> seen = [];
        ListedSample[] samples = [.. Part("train"), .. Part("val"), .. Part("test")];
        return new Listing(
            [.. samples.Select(sample => sample.Label).Distinct().Order(StringComparer.Ordinal)],
            [new("audio", "{type: log-mel, preset: plain}"), new("visual", "{type: frames, rate: 1, frames: 3, choose: even, size: [224, 224]}")],
            samples);

        IEnumerable<ListedSample> Part(string split) => root.Lines($"{split}Set.txt").Where(line => !line.StartsWith("Category&", StringComparison.Ordinal)).Select((line, i) =>
        {
            if (line.Split('&') is not [var label, var video, _, _, _]) throw root.Wrong($"{split}Set.txt", i + 1, "is not Category&VideoID&Quality&StartTime&EndTime");
            // Some videos stand there under two classes: both are kept, under ids of their own, and one group.
            int times = seen[video] = seen.GetValueOrDefault(video) + 1;
            Cell clip = new($"{folder}/{video}.mp4");
            return new ListedSample(times == 1 ? video : $"{video}#{times}", split, label, video, new Dictionary<string, Cell> { ["audio"] = clip, ["visual"] = clip });
        });
    }
}
