using System.Globalization;
using Equipoise.Report.Page;

namespace Equipoise.Report.Svg;

/// <summary>A confusion matrix: a row per true class, a column per predicted one, shaded by the share of its row.</summary>
internal sealed record HeatMap(string Title, IReadOnlyList<string> Classes, IReadOnlyList<IReadOnlyList<double>> Counts)
{
    /// <summary>More classes than this make a picture nobody can read.</summary>
    public const int MostClasses = 60;

    private const int LongestName = 14, MostNumbers = 22;

    private double Cell => Math.Clamp(420.0 / Classes.Count, 9, 36);

    private double Margin => 30 + (6.6 * Classes.Max(name => Math.Min(LongestName, name.Length)));

    public void WriteTo(Markup to)
    {
        double side = Cell * Classes.Count;
        using var picture = to.Picture(Margin + side + 6, Margin + side + 6,
            $"{Title}: true classes down, predicted across; the table below has the numbers");
        to.Label(14, Margin + (side / 2), "true", "tick", "middle", $"rotate(-90 14 {Numbers.Place(Margin + (side / 2))})");
        to.Label(Margin + (side / 2), 12, "predicted", "tick", "middle");
        for (int row = 0; row < Classes.Count; row++)
        {
            Names(to, row);
            Row(to, row);
        }
    }

    private void Names(Markup to, int index)
    {
        string name = Drawing.Fit(Classes[index], LongestName);
        string size = Cell < 14 ? "tick small" : "tick";
        double middle = Margin + ((index + 0.5) * Cell);
        to.Label(Margin - 6, middle + 4, name, size, "end");
        to.Label(middle + 4, Margin - 6, name, size, "start",
            $"rotate(-90 {Numbers.Place(middle + 4)} {Numbers.Place(Margin - 6)})");
    }

    private void Row(Markup to, int row)
    {
        double total = Counts[row].Where(Axis.Drawable).Sum(Math.Abs);
        for (int column = 0; column < Classes.Count; column++)
        {
            double count = Counts[row][column];
            double share = total > 0 && Axis.Drawable(count) ? Math.Abs(count) / total : 0;
            double x = Margin + (column * Cell), y = Margin + (row * Cell);
            to.Box(x + 0.5, y + 0.5, Cell - 1, Cell - 1, "empty");
            to.Box(x + 0.5, y + 0.5, Cell - 1, Cell - 1, "heat",
                $"true {Classes[row]}\npredicted {Classes[column]}\n{Numbers.Short(count)} of {Numbers.Short(total)}",
                share.ToString("0.###", CultureInfo.InvariantCulture));
            if (count != 0 && Classes.Count <= MostNumbers)
                to.Label(x + (Cell / 2), y + (Cell / 2) + 4, Numbers.Short(count), share > 0.5 ? "count strong" : "count", "middle");
        }
    }
}
