using System.Text.Json;
using System.Text.Json.Nodes;

namespace Equipoise.Data.Published;

/// <summary>Lists of one JSON object a line with <c>id</c>, <c>img</c>, <c>text</c> and <c>label</c>, as image-text sets are shared.</summary>
internal static class JsonLines
{
    internal const string Text = "{type: text, length: 256}", Image = "{type: frames, size: [256, 256]}";

    /// <summary>The samples of <c>train.jsonl</c>, <c>dev.jsonl</c> where there is one, and <c>test.jsonl</c>.</summary>
    internal static IEnumerable<ListedSample> Read(PublishedFolder root)
    {
        string[] lists = root.HasList("dev.jsonl") ? ["train", "dev", "test"] : ["train", "test"];
        return lists.SelectMany(list => root.Lines($"{list}.jsonl").Select((line, i) => Sample(root, $"{list}.jsonl", i + 1, line, list == "dev" ? "val" : list)));
    }

    private static ListedSample Sample(PublishedFolder root, string list, int line, string text, string split)
    {
        try
        {
            JsonNode json = JsonNode.Parse(text)!;
            string image = json["img"]!.GetValue<string>();
            return Of(json["id"]?.ToString() ?? System.IO.Path.GetFileNameWithoutExtension(image), split, json["label"]!.ToString(), image, json["text"]!.GetValue<string>());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw root.Wrong(list, line, "is no object with img, text and label");
        }
    }

    /// <summary>A sample with a picture and a text.</summary>
    internal static ListedSample Of(string id, string split, string label, string image, string text) =>
        new(id, split, label, null, new Dictionary<string, Cell> { ["text"] = new(text, CellKind.Text), ["image"] = new(image) });

    /// <summary>A listing of text and image; classes in alphabetical order.</summary>
    internal static Listing Of(IEnumerable<ListedSample> samples)
    {
        ListedSample[] all = [.. samples];
        return new Listing([.. all.Select(sample => sample.Label).Distinct().Order(StringComparer.Ordinal)], [new("text", Text), new("image", Image)], all);
    }
}
