using System.Globalization;

namespace Equipoise.Data.Manifests;

/// <summary>A condition on the cells of a manifest: <c>column=value</c>, <c>!=</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>. Where both sides are numbers they are compared as such.</summary>
/// <param name="Column">The column.</param>
/// <param name="Sign">How it is compared.</param>
/// <param name="Value">With what.</param>
internal sealed record RowFilter(string Column, string Sign, string Value)
{
    private static readonly string[] Signs = ["!=", "<=", ">=", "=", "<", ">"];

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ProblemException">It is none.</exception>
    internal static RowFilter Read(string text)
    {
        var (at, sign) = Signs.Select(candidate => (At: text.IndexOf(candidate, StringComparison.Ordinal), candidate)).Where(pair => pair.At > 0)
            .OrderBy(pair => pair.At).ThenByDescending(pair => pair.candidate.Length).FirstOrDefault();
        if (sign is null) throw new ProblemException($"--where {text}: is no condition; write column=value, column!=value, or < <= > >= with a number");
        return new RowFilter(text[..at].Trim(), sign, text[(at + sign.Length)..].Trim());
    }

    /// <summary>Whether a row meets the condition.</summary>
    internal bool Meets(Func<string, string> cell)
    {
        string found = cell(Column);
        int order = Number(found) is { } a && Number(Value) is { } b ? a.CompareTo(b) : string.CompareOrdinal(found, Value);
        return Sign switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
