using System.Globalization;

namespace Equipoise.Report.Page;

/// <summary>Numbers as the page shows them: the same everywhere, a dash for what is missing.</summary>
internal static class Numbers
{
    public const string Missing = "–";

    /// <summary>A share of 1 in percent with one decimal, without the sign.</summary>
    public static string Percent(double share) =>
        double.IsFinite(share) ? Text(share * 100, "0.0") : Other(share);

    public static string Seconds(double seconds) =>
        double.IsFinite(seconds) ? Text(seconds, seconds < 100 ? "0.0" : "0") : Other(seconds);

    /// <summary>Four significant digits, with a power of ten where the number is very large or small.</summary>
    public static string Short(double value)
    {
        if (!double.IsFinite(value)) return Other(value);
        double size = Math.Abs(value);
        return Text(value, size is 0 or (>= 1e-3 and < 1e6) ? "G4" : "0.##e0") is var text && text.Contains('E')
            ? Text(value, "0")
            : text;
    }

    public static string Whole(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? Missing;

    /// <summary>A coordinate in a picture: two decimals.</summary>
    public static string Place(double value) => Text(value, "0.##");

    /// <summary>The exact number, as it stood in the log.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Other(double value) =>
        double.IsNaN(value) ? Missing : double.IsPositive(value) ? "∞" : "−∞";
}
