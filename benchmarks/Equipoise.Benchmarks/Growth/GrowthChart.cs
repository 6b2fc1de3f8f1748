using System.Globalization;
using System.Text;

namespace Equipoise.Benchmarks;

/// <summary>A small picture of how something grows: one line per column over the first, both axes logarithmic; a line's own scale begins at its first value.</summary>
internal static class GrowthChart
{
    private const double Width = 460, Height = 240, Left = 50, Right = 130, Top = 34, Bottom = 40;
    private static readonly string[] Inks = ["#2563a8", "#b3541e"];

    /// <param name="title">What is shown.</param>
    /// <param name="heads">The names of the columns, the first that of what grows.</param>
    /// <param name="rows">Their values, all above 0.</param>
    internal static string Draw(string title, string[] heads, IReadOnlyList<double[]> rows)
    {
        double[] sizes = [.. rows.Select(row => Math.Log(row[0]))];
        double[][] lines = [.. Enumerable.Range(1, heads.Length - 1).Select(column => (double[])[.. rows.Select(row => row[column] / rows[0][column])])];
        double most = lines.Max(line => line.Max()), least = Math.Min(1, lines.Min(line => line.Min()));
        double high = Math.Log(Math.Max(most, least * 2)), low = Math.Log(least);
        double X(double size) => Left + (size - sizes[0]) / (sizes[^1] - sizes[0]) * (Width - Left - Right);
        double Y(double times) => Height - Bottom - (Math.Log(times) - low) / (high - low) * (Height - Top - Bottom);
        StringBuilder svg = new();
        void Text(double x, double y, string anchor, string ink, string text) =>
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:f1}\" y=\"{y:f1}\" text-anchor=\"{anchor}\" fill=\"{ink}\">{text}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        Text(Left, 18, "start", "#222", $"{char.ToUpperInvariant(title[0])}{title[1..]}");
        for (double times = Math.Pow(2, Math.Ceiling(Math.Log2(least))); times <= most * 1.001; times *= most > 64 ? 8 : 2)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(times):f1}\" y2=\"{Y(times):f1}\" stroke=\"#ddd\"/>\n");
            Text(Left - 6, Y(times) + 4, "end", "#555", string.Create(CultureInfo.InvariantCulture, $"×{times:0.##}"));
        }
        for (int i = 0; i < rows.Count; i++) Text(X(sizes[i]), Height - Bottom + 16, "middle", "#555", rows[i][0].ToString("n0", CultureInfo.InvariantCulture));
        Text((Left + Width - Right) / 2, Height - 8, "middle", "#222", heads[0]);
        for (int line = 0; line < lines.Length; line++)
        {
            string points = string.Join(' ', lines[line].Select((times, i) => string.Create(CultureInfo.InvariantCulture, $"{X(sizes[i]):f1},{Y(times):f1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{Inks[line]}\" stroke-width=\"2\"/>\n");
            double end = Y(lines[line][^1]) + (line == 1 && Math.Abs(Y(lines[0][^1]) - Y(lines[1][^1])) < 14 ? 16 : 4);
            Text(Width - Right + 8, end, "start", Inks[line], heads[line + 1]);
        }
        return svg.Append("</svg>\n").ToString();
    }
}
