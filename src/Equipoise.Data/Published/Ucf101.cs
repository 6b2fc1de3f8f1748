namespace Equipoise.Data.Published;

/// <summary>UCF101: 101 actions, frames and optical flow (one picture each for the horizontal and the vertical part).</summary>
internal sealed class Ucf101 : PublishedDataset
{
    internal override string Name => "ucf101";

    internal override string Layout =>
        "classInd.txt, trainlist0N.txt and testlist0N.txt (also in ucfTrainTestlist/), UCF-101/CLASS/CLIP.avi (or frames in rgb/CLIP/), and flow in u/CLIP/ and v/CLIP/";

    internal override IReadOnlyList<string> Presets { get; } = ["split1", "split2", "split3"];

    internal override string GroupedBy => "scene";

    internal override Listing Read(PublishedFolder root, string preset)
    {
        string[] classes = [.. root.Lines("classInd.txt", "ucfTrainTestlist/classInd.txt").Select((line, i) =>
            line.Split(' ') is [_, var name] ? name : throw root.Wrong("classInd.txt", i + 1, "is not a number and a class"))];
        string rgb = root.Find("rgb", "UCF-101"), u = root.Find("u", "tvl1_flow/u"), v = root.Find("v", "tvl1_flow/v");
        return new Listing(
            classes,
            [new("rgb", "{type: frames, rate: 1, frames: 3, choose: even, size: [224, 224]}"), new("flow", "{type: flow, frames: 3, size: [224, 224]}")],
            [.. Part("train"), .. Part("test")]);

        IEnumerable<ListedSample> Part(string split)
        {
            string list = $"{split}list0{preset[^1]}.txt";
            return root.Lines(list, $"ucfTrainTestlist/{list}").Select((line, i) =>
            {
                if (line.Split(' ')[0].Split('/') is not [var label, var file] || !classes.Contains(label)) throw root.Wrong(list, i + 1, "is not CLASS/CLIP.avi");
                string clip = System.IO.Path.GetFileNameWithoutExtension(file);
                return new ListedSample(clip, split, label, Scene(clip), new Dictionary<string, Cell>
                {
                    ["rgb"] = new(rgb == "rgb" ? $"rgb/{clip}" : $"{rgb}/{label}/{file}"),
                    ["flow"] = new($"{u}/{clip}|{v}/{clip}"),
                });
            });
        }
    }

    /// <summary><c>v_Archery_g08_c01</c> belongs to the scene <c>v_Archery_g08</c>.</summary>
    private static string Scene(string clip) => clip.LastIndexOf("_c", StringComparison.Ordinal) is > 0 and var at ? clip[..at] : clip;
}
