using Equipoise.Report.Page;
using static Equipoise.Report.Page.Numbers;

namespace Equipoise.Report.Svg;

/// <summary>The few shapes that the charts are made of.</summary>
internal static class Drawing
{
    public static Markup.Closing Picture(this Markup to, double width, double height, string description) => to.In("svg",
        ("viewBox", $"0 0 {Place(width)} {Place(height)}"), ("role", "img"), ("aria-label", description));

    public static void Segment(this Markup to, double x1, double y1, double x2, double y2, string style) => to.Void("line",
        ("x1", Place(x1)), ("y1", Place(y1)), ("x2", Place(x2)), ("y2", Place(y2)), ("class", style));

    public static void Box(
        this Markup to, double x, double y, double width, double height, string style, string? tip = null, string? opacity = null) =>
        to.Void("rect", ("x", Place(x)), ("y", Place(y)), ("width", Place(width)), ("height", Place(height)),
            ("class", style), ("fill-opacity", opacity), ("data-tip", tip));

    public static void Label(
        this Markup to, double x, double y, string text, string style, string anchor = "start", string? transform = null) =>
        to.Add("text", text,
            ("x", Place(x)), ("y", Place(y)), ("class", style), ("text-anchor", anchor), ("transform", transform));

    /// <summary>A text that has to fit: cut, with an ellipsis.</summary>
    public static string Fit(string text, int most)
    {
        if (text.Length <= most) return text;
        int end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return text[..end] + "…";
    }
}
