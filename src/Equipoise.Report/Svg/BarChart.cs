using Equipoise.Report.Page;

namespace Equipoise.Report.Svg;

/// <summary>One bar: a share of 1.</summary>
internal sealed record Bar(string Name, Ink Ink, double Value);

/// <summary>The bars of one run.</summary>
internal sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);

/// <summary>Bars lying side by side in groups, with lines across all of them as references.</summary>
internal sealed record BarChart(string Title, IReadOnlyList<BarGroup> Groups, IReadOnlyList<Bar> References)
{
    private const double Width = 820, Right = 770, Top = 8, Thick = 13, Between = 3, Apart = 14;
    private const int LongestName = 26;

    private double Left => 24 + (7.2 * Math.Max(6, Groups.Max(group => Math.Min(LongestName, group.Name.Length))));

    private double Bottom => Top + Groups.Sum(Tall);

    public void WriteTo(Markup to)
    {
        using var picture = to.Picture(Width, Bottom + 28, $"{Title}: bars; the table below has the numbers");
        Grid(to);
        double y = Top;
        foreach (var group in Groups)
        {
            Draw(to, group, y);
            y += Tall(group);
        }

        foreach (var reference in References.Where(r => Shown(r.Value)))
            Refer(to, reference);
    }

    private static double Tall(BarGroup group) => Apart + (Math.Max(1, group.Bars.Count) * (Thick + Between));

    private static bool Shown(double value) => value is >= 0 and <= 1;

    private double Place(double share) => Left + (share * (Right - Left));

    private void Grid(Markup to)
    {
        foreach (int percent in (int[])[0, 20, 40, 60, 80, 100])
        {
            double x = Place(percent / 100.0);
            to.Segment(x, Top, x, Bottom, percent == 0 ? "axis" : "grid");
            to.Label(x, Bottom + 18, $"{percent} %", "tick", "middle");
        }
    }

    private void Draw(Markup to, BarGroup group, double top)
    {
        double y = top + (Apart / 2);
        double middle = top + (Tall(group) / 2);
        to.Label(Left - 10, middle + 4, Drawing.Fit(group.Name, LongestName), "name", "end");
        foreach (var bar in group.Bars)
        {
            double share = Shown(bar.Value) ? bar.Value : 0;
            to.Box(Left, y, Place(share) - Left, Thick, "bar " + bar.Ink.Class,
                $"{group.Name}\n{bar.Name}  {Numbers.Percent(bar.Value)} %");
            to.Label(Place(share) + 5, y + Thick - 2.5, Numbers.Percent(bar.Value), "value");
            y += Thick + Between;
        }
    }

    private void Refer(Markup to, Bar reference)
    {
        double x = Place(reference.Value);
        to.Segment(x, Top, x, Bottom, "reference " + reference.Ink.Class);
        to.Box(x - 3, Top, 6, Bottom - Top, "hit", $"{reference.Name}\n{Numbers.Percent(reference.Value)} %");
    }
}
