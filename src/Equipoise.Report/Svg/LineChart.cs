using Equipoise.Report.Page;

namespace Equipoise.Report.Svg;

/// <summary>One line: points by rising X; a Y that cannot be drawn leaves a gap.</summary>
internal sealed record Series(string Name, Ink Ink, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Lines over epochs.</summary>
internal sealed record LineChart(string Title, IReadOnlyList<Series> Series, Axis Vertical)
{
    private const double Width = 520, Height = 250, Left = 50, Right = 508, Top = 16, Bottom = 212;
    private const int MostPoints = 360, MostTips = 240;

    /// <summary>How a value reads in a tip.</summary>
    public required Func<double, string> Read { get; init; }

    /// <summary>How a value reads on the axis.</summary>
    public required Func<double, string> Tick { get; init; }

    /// <summary>The epoch to mark; none where null.</summary>
    public long? Selected { get; init; }

    private double[] Epochs => [.. Series.SelectMany(s => s.Points).Select(p => p.X).Distinct().Order()];

    public void WriteTo(Markup to)
    {
        var epochs = Epochs;
        var across = epochs.Length == 0 ? Axis.Counts(0, 1) : Axis.Counts(epochs[0], epochs[^1]);
        using var picture = to.Picture(Width, Height, $"{Title}: lines over epochs; the table below has the numbers");
        Grid(to, across);
        if (Selected is { } epoch && epochs.Contains(epoch)) Mark(to, across.Place(epoch, Left, Right));
        foreach (var series in Series) Line(to, across, series);
        Tips(to, across, epochs);
    }

    private void Grid(Markup to, Axis across)
    {
        foreach (double tick in Vertical.Ticks)
        {
            double y = Vertical.Place(tick, Bottom, Top);
            to.Segment(Left, y, Right, y, "grid");
            to.Label(Left - 7, y + 4, Tick(tick), "tick", "end");
        }

        foreach (double tick in across.Ticks)
            to.Label(across.Place(tick, Left, Right), Bottom + 18, Numbers.Short(tick), "tick", "middle");
        to.Segment(Left, Bottom, Right, Bottom, "axis");
        to.Label((Left + Right) / 2, Height - 4, "epoch", "tick", "middle");
    }

    private static void Mark(Markup to, double x)
    {
        to.Segment(x, Top, x, Bottom, "selected");
        bool late = x > (Left + Right) / 2;
        to.Label(late ? x - 5 : x + 5, Top - 4, "selected", "tick", late ? "end" : "start");
    }

    private void Line(Markup to, Axis across, Series series)
    {
        var stretch = new List<(double X, double Y)>();
        foreach (var (x, y) in Thinning.Points(series.Points, MostPoints))
        {
            if (Axis.Drawable(y))
            {
                stretch.Add((across.Place(x, Left, Right), Vertical.Place(y, Bottom, Top)));
                continue;
            }

            Stretch(to, stretch, series.Ink);
            stretch.Clear();
        }

        Stretch(to, stretch, series.Ink);
    }

    private static void Stretch(Markup to, List<(double X, double Y)> points, Ink ink)
    {
        if (points.Count > 1)
            to.Void("polyline", ("class", "line " + ink.Class),
                ("points", string.Join(' ', points.Select(p => $"{Numbers.Place(p.X)},{Numbers.Place(p.Y)}"))));
        if (points.Count is 0 or > 12) return;
        foreach (var (x, y) in points)
            to.Void("circle", ("cx", Numbers.Place(x)), ("cy", Numbers.Place(y)), ("r", "3"), ("class", "dot " + ink.Class));
    }

    private void Tips(Markup to, Axis across, double[] epochs)
    {
        var lookups = Series.Select(s => s.Points.GroupBy(p => p.X).ToDictionary(g => g.Key, g => g.Last().Y)).ToList();
        var shown = Thinning.Evenly(epochs, MostTips);
        var places = shown.Select(epoch => across.Place(epoch, Left, Right)).ToList();
        for (int i = 0; i < shown.Count; i++)
        {
            double from = i == 0 ? Left : (places[i - 1] + places[i]) / 2;
            double until = i == shown.Count - 1 ? Right : (places[i] + places[i + 1]) / 2;
            var values = Series.Zip(lookups).Where(pair => pair.Second.ContainsKey(shown[i]))
                .Select(pair => $"{pair.First.Name}  {Read(pair.Second[shown[i]])}");
            to.Box(from, Top, until - from, Bottom - Top, "hit",
                string.Join('\n', values.Prepend($"epoch {Numbers.Short(shown[i])}")));
        }
    }
}
