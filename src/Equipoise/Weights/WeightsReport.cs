using System.Text.Json.Nodes;

namespace Equipoise.Weights;

/// <summary>What became of a file of weights.</summary>
/// <param name="File">The file.</param>
/// <param name="Part">What took them: <c>encoders.M</c>, or nothing for the whole model.</param>
/// <param name="Loaded">Names here that were loaded.</param>
/// <param name="Adapted">Those of them whose channels were averaged.</param>
/// <param name="LeftOut">Names in the file that have no place in such a part, as a classifier has none in an encoder.</param>
/// <param name="Unexpected">Names in the file that nothing here bears.</param>
/// <param name="Missing">Names here that the file does not have; they keep their initial values.</param>
/// <param name="Mismatched">Names here whose shape or type the file's does not fit, with both; they keep their initial values.</param>
public sealed record WeightsReport(
    string File, string Part, IReadOnlyList<string> Loaded, IReadOnlyList<string> Adapted, IReadOnlyList<string> LeftOut, IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> Missing, IReadOnlyList<string> Mismatched)
{
    private const int Shown = 3;

    /// <summary>Whether everything fitted.</summary>
    public bool IsWhole => Unexpected.Count == 0 && Missing.Count == 0 && Mismatched.Count == 0;

    /// <summary>The report in one line.</summary>
    public override string ToString() =>
        $"weights: {File} into {(Part.Length > 0 ? Part : "the model")}: {Loaded.Count} tensors loaded{List("averaged over channels", Adapted)}{List("left out", [.. LeftOut.OrderBy(name => name.EndsWith("num_batches_tracked", StringComparison.Ordinal))])}{Misfits}";

    /// <summary>What does not fit.</summary>
    internal string Misfits => $"{List("of another shape", Mismatched)}{List("missing", Missing)}{List("unexpected", Unexpected)}";

    /// <summary>For the log.</summary>
    internal JsonObject ToJson() => new()
    {
        ["file"] = File,
        ["part"] = Part,
        ["loaded"] = Loaded.Count,
        ["adapted"] = Names(Adapted),
        ["left_out"] = Names(LeftOut),
        ["unexpected"] = Names(Unexpected),
        ["missing"] = Names(Missing),
        ["mismatched"] = Names(Mismatched),
    };

    private static JsonArray Names(IReadOnlyList<string> names) => new([.. names.Select(name => (JsonNode)name)]);

    private static string List(string what, IReadOnlyList<string> names) =>
        names.Count == 0 ? "" : $", {names.Count} {what} ({string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? ", …" : "")})";
}
