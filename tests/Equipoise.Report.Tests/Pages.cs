using System.Globalization;
using System.Xml.Linq;

namespace Equipoise.Report.Tests;

/// <summary>Writes pages and reads them back strictly, as XML.</summary>
internal static class Pages
{
    public static XDocument Of(string folder, TempFolder temp)
    {
        string file = temp["page.html"];
        HtmlReport.Write(folder, file);
        return XDocument.Parse(File.ReadAllText(file), LoadOptions.PreserveWhitespace);
    }

    /// <summary>Every coordinate of every shape lies in its picture's view box.</summary>
    public static void AssertInside(XDocument page)
    {
        foreach (var picture in page.Descendants("svg"))
        {
            double[] box = Numbers(picture.Attribute("viewBox")!.Value);
            foreach (var shape in picture.Descendants())
            {
                foreach (double x in Values(shape, "x", "x1", "x2", "cx")) Assert.InRange(x, 0, box[2]);
                foreach (double y in Values(shape, "y", "y1", "y2", "cy")) Assert.InRange(y, 0, box[3]);
                foreach (double size in Values(shape, "width", "height")) Assert.InRange(size, 0, Math.Max(box[2], box[3]));
                double[] points = Numbers(shape.Attribute("points")?.Value ?? "");
                for (int i = 0; i < points.Length; i++) Assert.InRange(points[i], 0, box[2 + (i % 2)]);
            }
        }
    }

    private static IEnumerable<double> Values(XElement shape, params string[] names) =>
        names.SelectMany(name => Numbers(shape.Attribute(name)?.Value ?? ""));

    private static double[] Numbers(string text) =>
        [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
}
