using Equipoise.Report.Page;

namespace Equipoise.Report.Svg;

/// <summary>One bar: a share of 1.</summary>
internal sealed record Bar(string Name, Ink Ink, double Value);

/// <summary>The bars of one run.</summary>
internal sealed record BarGroup(string Name, IReadOnlyList<Bar> Bars);

/// <summary>Bars lying side by side in groups, with lines across all of them as references.</summary>
internal sealed record BarChart(string Title, IReadOnlyList<BarGroup> Groups, IReadOnlyList<Bar> References)
{
    private const double Width = 620, Left = 6, Right = 570, Top = 4, Name = 20, Thick = 13, Between = 3, Apart = 8;
    private const int LongestName = 44;

    private double Bottom => Top + Groups.Sum(Tall);

    public void WriteTo(Markup to)
    {
        using var picture = to.Picture(Width, Bottom + 28, $"{Title}: bars; the table below has the numbers");
        Grid(to);
        foreach (var (group, y) in Placed()) Bars(to, group, y);
        foreach (var reference in References.Where(r => Shown(r.Value))) Refer(to, reference);
        foreach (var (group, y) in Placed()) Words(to, group, y);
    }

    private static double Tall(BarGroup group) => Name + Apart + (group.Bars.Count * (Thick + Between));

    private IEnumerable<(BarGroup Group, double Top)> Placed()
    {
        double y = Top;
        foreach (var group in Groups)
        {
            yield return (group, y);
            y += Tall(group);
        }
    }

    private static bool Shown(double value) => value is >= 0 and <= 1;

    private static double Place(double share) => Left + (share * (Right - Left));

    private void Grid(Markup to)
    {
        foreach (int percent in (int[])[0, 20, 40, 60, 80, 100])
        {
            double x = Place(percent / 100.0);
            to.Segment(x, Top, x, Bottom, percent == 0 ? "axis" : "grid");
            to.Label(x, Bottom + 18, $"{percent} %", "tick", percent == 0 ? "start" : "middle");
        }
    }

    private static void Bars(Markup to, BarGroup group, double top)
    {
        double y = top + Name;
        foreach (var bar in group.Bars)
        {
            to.Box(Left, y, End(bar) - Left, Thick, "bar " + bar.Ink.Class,
                $"{group.Name}\n{bar.Name}  {Numbers.Percent(bar.Value)} %");
            y += Thick + Between;
        }
    }

    /// <summary>Names and values come last, so that no line runs through them.</summary>
    private static void Words(Markup to, BarGroup group, double top)
    {
        to.Label(Left + 5, top + Name - 5, Drawing.Fit(group.Name, LongestName), "name");
        double y = top + Name;
        foreach (var bar in group.Bars)
        {
            to.Label(End(bar) + 5, y + Thick - 2.5, Numbers.Percent(bar.Value), "value");
            y += Thick + Between;
        }
    }

    private static double End(Bar bar) => Place(Shown(bar.Value) ? bar.Value : 0);

    private void Refer(Markup to, Bar reference)
    {
        double x = Place(reference.Value);
        to.Segment(x, Top, x, Bottom, "reference " + reference.Ink.Class);
        to.Box(x - 3, Top, 6, Bottom - Top, "hit", $"{reference.Name}\n{Numbers.Percent(reference.Value)} %");
    }
}
