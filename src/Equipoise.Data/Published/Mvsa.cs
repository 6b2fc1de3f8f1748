using System.Text;
using Equipoise.Formats;

namespace Equipoise.Data.Published;

/// <summary>
/// MVSA-Single: tweets of a picture and a text, positive, neutral or negative. The raw set labels both parts: a pair of opposite ones is
/// left out, and of a neutral and another one the other counts (Xu and Mao 2017). It has no parts; they are cut.
/// </summary>
internal sealed class Mvsa : PublishedDataset
{
    private static readonly string[] Labels = ["positive", "neutral", "negative"];

    internal override string Name => "mvsa";

    internal override string Layout => "labelResultAll.txt and data/ID.jpg, data/ID.txt; preset jsonl: train.jsonl, dev.jsonl and test.jsonl (id, img, text, label)";

    internal override IReadOnlyList<string> Presets { get; } = ["raw", "jsonl"];

    internal override Listing Read(PublishedFolder root, string preset) => JsonLines.Of(preset == "jsonl" ? JsonLines.Read(root) : Raw(root)) with { Classes = Labels };

    private static IEnumerable<ListedSample> Raw(PublishedFolder root)
    {
        int line = 1;
        foreach (string text in root.Lines("labelResultAll.txt").Skip(1))
        {
            line++;
            if (text.Split('\t') is not [var id, var pair] || pair.Split(',') is not [var ofText, var ofPicture] || !Labels.Contains(ofText) || !Labels.Contains(ofPicture))
                throw root.Wrong("labelResultAll.txt", line, "is not an id, a tab and the labels of text and picture");
            if (Merged(ofText, ofPicture) is { } label) yield return JsonLines.Of(id, "", label, $"data/{id}.jpg", Tweet(root, id));
        }
    }

    private static string? Merged(string text, string picture) => text == picture || picture == "neutral" ? text : text == "neutral" ? picture : null;

    /// <summary>Tweets come in a mixture of encodings; what is no UTF-8 is Latin-1.</summary>
    private static string Tweet(PublishedFolder root, string id)
    {
        string path = System.IO.Path.Combine(root.Path, "data", $"{id}.txt");
        if (!File.Exists(path)) return "";
        byte[] bytes = WholeFile.Read(path, 1 << 20);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).Trim();
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes).Trim();
        }
    }
}
