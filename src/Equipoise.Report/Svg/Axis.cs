namespace Equipoise.Report.Svg;

/// <summary>A range of numbers with round ticks, placed on a line.</summary>
internal sealed record Axis(double Min, double Max, IReadOnlyList<double> Ticks, bool Logarithmic = false)
{
    /// <summary>Whether a number can be shown: finite, and far from where arithmetic overflows.</summary>
    public static bool Drawable(double value) => Math.Abs(value) <= 1e30;

    /// <summary>An axis that holds all drawable values; a few powers of ten become a logarithmic one where allowed.</summary>
    public static Axis Around(IEnumerable<double> values, bool logarithmic = false)
    {
        var drawable = values.Where(Drawable).ToList();
        if (drawable.Count == 0) return Linear(0, 1);
        double min = drawable.Min(), max = drawable.Max();
        return logarithmic && min > 1e-30 && max / min > 200 ? Powers(min, max) : Linear(min, max);
    }

    /// <summary>Shares of 1: a linear axis that never leaves 0 to 1.</summary>
    public static Axis Shares(IEnumerable<double> values)
    {
        var axis = Around(values.Where(value => value is >= 0 and <= 1));
        return new(Math.Max(0, axis.Min), Math.Min(1, axis.Max), [.. axis.Ticks.Where(tick => tick is >= 0 and <= 1)]);
    }

    /// <summary>Epochs, or whatever else is counted: the ends as given, ticks at whole numbers.</summary>
    public static Axis Counts(double min, double max)
    {
        if (max <= min) return new(min - 0.5, min + 0.5, [min]);
        double step = Math.Max(1, RoundStep((max - min) / 7));
        return new(min, max, [.. Steps(Math.Ceiling(min / step) * step, max, step)]);
    }

    /// <summary>Where a value lies between two ends; what is outside goes to the nearer end.</summary>
    public double Place(double value, double from, double to)
    {
        double share = Logarithmic
            ? Math.Log10(Math.Max(value, Min) / Min) / Math.Log10(Max / Min)
            : (value - Min) / (Max - Min);
        return from + (Math.Clamp(share, 0, 1) * (to - from));
    }

    private static Axis Linear(double min, double max)
    {
        double room = max > min ? 0 : Math.Max(Math.Abs(max) * 0.1, 0.05);
        double step = RoundStep((max - min + (2 * room)) / 5);
        double low = Math.Floor((min - room) / step) * step, high = Math.Ceiling((max + room) / step) * step;
        return new(low, high, [.. Steps(low, high, step)]);
    }

    private static Axis Powers(double min, double max)
    {
        int low = (int)Math.Floor(Math.Log10(min)), high = (int)Math.Ceiling(Math.Log10(max));
        int step = Math.Max(1, (high - low + 5) / 6);
        return new(Math.Pow(10, low), Math.Pow(10, high),
            [.. Enumerable.Range(0, ((high - low) / step) + 1).Select(i => Math.Pow(10, low + (i * step)))], true);
    }

    private static double RoundStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private static IEnumerable<double> Steps(double from, double to, double step)
    {
        int count = (int)Math.Floor(((to - from) / step) + 1e-6);
        return Enumerable.Range(0, count + 1).Select(i => Math.Round(from / step) * step + (i * step))
            .Select(tick => Math.Abs(tick) < step * 1e-9 ? 0 : tick);
    }
}
