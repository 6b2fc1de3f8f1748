namespace Equipoise.Report.Svg;

/// <summary>Makes thousands of points few enough to draw without losing what the eye would see.</summary>
internal static class Thinning
{
    /// <summary>At most about <paramref name="most"/> points: of each stretch the lowest and the highest, gaps, both ends.</summary>
    public static IReadOnlyList<(double X, double Y)> Points(IReadOnlyList<(double X, double Y)> points, int most)
    {
        if (points.Count <= most) return points;
        int stretches = Math.Max(1, most / 3);
        var kept = new SortedSet<int> { 0, points.Count - 1 };
        for (int i = 0; i < stretches; i++)
        {
            int from = (int)((long)points.Count * i / stretches), to = (int)((long)points.Count * (i + 1) / stretches);
            var stretch = Enumerable.Range(from, to - from);
            var drawable = stretch.Where(j => Axis.Drawable(points[j].Y)).ToList();
            if (drawable.Count < to - from) kept.Add(stretch.First(j => !Axis.Drawable(points[j].Y)));
            if (drawable.Count == 0) continue;
            kept.Add(drawable.MinBy(j => points[j].Y));
            kept.Add(drawable.MaxBy(j => points[j].Y));
        }

        return [.. kept.Select(i => points[i])];
    }

    /// <summary>At most <paramref name="most"/> items, evenly spread, first and last among them.</summary>
    public static IReadOnlyList<T> Evenly<T>(IReadOnlyList<T> items, int most)
    {
        if (items.Count <= most) return items;
        return [.. Enumerable.Range(0, most).Select(i => items[(int)((long)i * (items.Count - 1) / (most - 1))])];
    }
}
