using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>Optical flow, given as two folders of grey pictures, the horizontal part and the vertical one: <c>(T, H, W, 2)</c>, or <c>(H, W, 2)</c> for one frame.</summary>
/// <param name="Part">How each of the two is read.</param>
internal sealed record FlowRecipe(FramesRecipe Part) : Recipe
{
    internal override ModalityKind Kind => ModalityKind.Flow;

    internal override long[] Shape => [.. Part.Shape[..^1], 2];

    internal override ElementType Type => ElementType.UInt8;

    internal override CellForm Cell => CellForm.Pair;

    internal static FlowRecipe Read(YamlMap map) => new(FramesRecipe.Read(map) with { Colour = "grey", Stack = "time" });

    internal override JsonObject ToJson()
    {
        JsonObject json = Part.ToJson();
        json["type"] = "flow";
        json.Remove("colour");
        json.Remove("stack");
        return json;
    }

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        string[][] pairs = [.. files.Select(file => file.Split('|'))];
        Decoded[] parts = Part.Prepare([.. pairs.SelectMany(pair => pair)], cancellation);
        return [.. pairs.Select((_, i) => Join(parts[2 * i], parts[2 * i + 1]))];
    }

    private static Decoded Join(Decoded horizontal, Decoded vertical)
    {
        if ((horizontal.Failure ?? vertical.Failure) is { } failure) return new Decoded(null, failure);
        byte[] joined = new byte[2 * horizontal.Data!.Length];
        for (int i = 0; i < horizontal.Data.Length; i++) (joined[2 * i], joined[2 * i + 1]) = (horizontal.Data[i], vertical.Data![i]);
        return new Decoded(joined, null);
    }
}
