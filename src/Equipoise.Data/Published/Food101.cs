namespace Equipoise.Data.Published;

/// <summary>UPMC Food-101: 101 dishes, a picture and the title of the page it stood on.</summary>
internal sealed class Food101 : PublishedDataset
{
    internal override string Name => "food-101";

    internal override string Layout => "texts/train_titles.csv and texts/test_titles.csv (picture, title, class) and images/train/CLASS/, images/test/CLASS/; preset jsonl: train.jsonl, dev.jsonl and test.jsonl (id, img, text, label)";

    internal override IReadOnlyList<string> Presets { get; } = ["upmc", "jsonl"];

    internal override Listing Read(PublishedFolder root, string preset) =>
        JsonLines.Of(preset == "jsonl" ? JsonLines.Read(root) : Titles(root, "train").Concat(Titles(root, "test")));

    private static IEnumerable<ListedSample> Titles(PublishedFolder root, string split) => root.Rows($"texts/{split}_titles.csv").Select((row, i) =>
        row.Length >= 3
            ? JsonLines.Of(System.IO.Path.GetFileNameWithoutExtension(row[0]), split, row[^1], $"images/{split}/{row[^1]}/{row[0]}", string.Join(", ", row[1..^1]))
            : throw root.Wrong($"texts/{split}_titles.csv", i + 1, "is not a picture, a title and a class"));
}
