using System.Globalization;
using Equipoise.Data;

namespace Equipoise.Configuration;

/// <summary>An amount of memory as configurations say it: <c>512MiB</c>, <c>1.5GiB</c>.</summary>
internal static class MemorySize
{
    private const double MiB = 1L << 20;

    /// <summary>Reads an amount above 0; 0 where the key is absent.</summary>
    internal static long Read(YamlMap map, string key)
    {
        if (map.Text(key) is not { } text) return 0;
        double unit = text.EndsWith("GiB", StringComparison.Ordinal) ? 1024 * MiB : text.EndsWith("MiB", StringComparison.Ordinal) ? MiB : 0;
        if (unit > 0 && double.TryParse(text[..^3], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out double amount) && amount * unit is >= 1 and < long.MaxValue)
            return (long)(amount * unit);
        map.Problem(key, $"is '{text}'", "write an amount such as 512MiB or 1.5GiB");
        return 0;
    }

    /// <summary>The very amount, for <c>config.yaml</c>.</summary>
    internal static string ToYaml(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / MiB:R}MiB");

    /// <summary>The amount rounded up, for messages.</summary>
    internal static string Describe(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(bytes < 1024 * MiB ? Math.Ceiling(bytes / MiB * 100) / 100 : Math.Ceiling(bytes / MiB)):0.##}MiB");
}
