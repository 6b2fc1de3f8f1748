using System.Text.Json;

namespace Equipoise.Report.Page;

/// <summary>The pieces that several parts of the page share: figures, notices, lists of facts.</summary>
internal static class Blocks
{
    private const int LongestFact = 400;

    public static Markup.Closing Figure(this Markup to, string title, bool wide = false)
    {
        var figure = to.In("figure", ("class", wide ? "wide" : null));
        to.Add("figcaption", title);
        return figure;
    }

    public static void Legend(this Markup to, IEnumerable<(string Name, Svg.Ink Ink)> entries)
    {
        using var list = to.In("ul", ("class", "legend"));
        foreach (var (name, ink) in entries)
        {
            using var item = to.In("li");
            using (to.In("svg", ("viewBox", "0 0 26 10"), ("aria-hidden", "true")))
                to.Void("line", ("x1", "1"), ("y1", "5"), ("x2", "25"), ("y2", "5"), ("class", "line " + ink.Class));
            to.Text(name);
        }
    }

    public static void Notices(this Markup to, IReadOnlyCollection<Notice> notices)
    {
        if (notices.Count == 0) return;
        using var list = to.In("ul", ("class", "notices"));
        foreach (var notice in notices)
        {
            string level = notice.Level switch
            {
                NoticeLevel.Failure => "failure",
                NoticeLevel.Warning => "warning",
                _ => "information",
            };
            using var item = to.In("li", ("class", level));
            to.Add("strong", char.ToUpperInvariant(level[0]) + level[1..]);
            to.Text(" " + notice.Message);
        }
    }

    public static void Facts(this Markup to, IEnumerable<(string Name, string Value)> facts, string style)
    {
        using var list = to.In("dl", ("class", style));
        foreach (var (name, value) in facts)
        {
            using var pair = to.In("div");
            to.Add("dt", name);
            to.Add("dd", value);
        }
    }

    /// <summary>A JSON value as dotted names and plain values.</summary>
    public static IEnumerable<(string Name, string Value)> Flatten(JsonElement json, string prefix = "")
    {
        bool nested = json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Any();
        if (!nested) return [(prefix, Svg.Drawing.Fit(Plain(json), LongestFact))];
        return json.EnumerateObject().SelectMany(field =>
            Flatten(field.Value, prefix.Length == 0 ? field.Name : $"{prefix}.{field.Name}"));
    }

    private static string Plain(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Array => string.Join(", ", json.EnumerateArray().Select(Plain)),
        JsonValueKind.Null => Numbers.Missing,
        _ => json.GetRawText(),
    };
}
