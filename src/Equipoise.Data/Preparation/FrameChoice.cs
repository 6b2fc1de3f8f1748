using System.Text.Json.Nodes;

namespace Equipoise.Data.Preparation;

/// <summary>Which of a clip's frames are kept. A clip that is too short repeats its last one.</summary>
/// <param name="Rate">The grid, frames per second, onto which a video is brought first.</param>
/// <param name="Count">Frames kept.</param>
/// <param name="Choose"><c>first</c>: the first ones of the grid; <c>even</c>: spread over the whole clip.</param>
/// <param name="At">Seconds from the start instead; empty where <paramref name="Choose"/> decides.</param>
internal sealed record FrameChoice(double Rate, int Count, string Choose, IReadOnlyList<double> At)
{
    private const long MostBytes = 1 << 28;

    internal static FrameChoice Read(YamlMap map)
    {
        IReadOnlyList<double> at = map.Numbers("at") ?? [];
        if (at.Any(second => second is not (>= 0 and <= 36_000))) map.Problem("at", "holds a time that is none", "write seconds from the start, such as [0, 0.5, 1]");
        double rate = map.Number("rate", at.Count > 0 ? 25 : 1, 0.001, 240);
        int count = map.Integer("frames", Math.Max(1, at.Count), 1, 1024);
        if (at.Count > 0 && count != at.Count) map.Problem("frames", "differs from the number of times in at", "leave it out");
        return new FrameChoice(rate, count, map.Choice("choose", "first", ["first", "even"]), at);
    }

    internal void Write(JsonObject json)
    {
        json["rate"] = Rate;
        json["frames"] = Count;
        if (At.Count > 0) json["at"] = new JsonArray([.. At.Select(second => (JsonNode)second)]);
        else json["choose"] = Choose;
    }

    /// <summary>Whether the first frames of the grid are kept, whatever the length of the clip.</summary>
    internal bool IsFromTheStart => At.Count == 0 && Choose == "first";

    /// <summary>How many frames of the grid need to be decoded at most.</summary>
    internal long Needed(long frameBytes) => At.Count > 0 ? Place(At.Max()) + 1 : Choose == "first" ? Count : Math.Max(1, MostBytes / frameBytes);

    /// <summary>The frames kept, out of so many.</summary>
    internal int[] Pick(int available) =>
        [.. Enumerable.Range(0, Count).Select(i => Math.Min(available - 1, At.Count > 0 ? Place(At[i]) : Choose == "first" ? i : Middle(i, available)))];

    private int Middle(int part, int available) => (int)((part + 0.5) * available / Count);

    private int Place(double second) => (int)Math.Round(second * Rate);
}
