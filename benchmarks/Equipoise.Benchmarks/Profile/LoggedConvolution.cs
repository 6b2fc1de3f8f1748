using System.Globalization;
using System.Text.RegularExpressions;

namespace Equipoise.Benchmarks;

/// <summary>One convolution, forward or backward, in oneDNN's log.</summary>
/// <param name="Operations">Additions and multiplications of the direct method.</param>
/// <param name="Seconds">What it took.</param>
internal sealed partial record LoggedConvolution(double Operations, double Seconds)
{
    /// <summary>Reads a line like <c>onednn_verbose,exec,cpu,convolution,…,mb16_ic64oc64_ih56oh56kh3sh1dh0ph1_iw56ow56kw3sw1dw0pw1,3.9</c>; null for any other.</summary>
    internal static LoggedConvolution? Read(string line)
    {
        if (!line.Contains("_verbose,exec,", StringComparison.Ordinal) || !line.Contains(",convolution,", StringComparison.Ordinal)) return null;
        Match shape = Shape().Match(line);
        double operations = shape.Groups.Values.Skip(1).Aggregate(2.0, (product, group) => product * double.Parse(group.Value, CultureInfo.InvariantCulture));
        return new LoggedConvolution(operations, double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture) / 1000);
    }

    [GeneratedRegex(@"mb(\d+)_ic(\d+)oc(\d+)_ih\d+oh(\d+)kh(\d+)\w*_iw\d+ow(\d+)kw(\d+)")]
    private static partial Regex Shape();
}
