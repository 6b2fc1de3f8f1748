using Equipoise.Data;
using Equipoise.Models;

namespace Equipoise.Configuration;

/// <summary>Reads a <c>model</c> block.</summary>
public static class ModelReader
{
    /// <summary>Reads an encoder: its type, settings and, where written out, its input size.</summary>
    /// <param name="map">The <c>encoder</c> block.</param>
    /// <param name="inputs">What the pack says of the input, by encoder type; null in replay cases, which write <c>in</c> out.</param>
    public static EncoderSpec Encoder(YamlMap map, Func<string, long>? inputs)
    {
        string type = map.Choice("type", "cnn", (IReadOnlyCollection<string>)EncoderSpec.Types);
        long size = map.Integer("in", (int)(inputs?.Invoke(type) ?? 0), min: 0);
        IReadOnlyList<int> sizes = type switch
        {
            "mlp" => Sizes(map, "widths", [128, 64]),
            "cnn" => Sizes(map, "channels", [16, 32, 64]),
            _ => [],
        };
        bool norm = type == "cnn" && map.Choice("norm", "none", ["none", "batch"]) == "batch";
        return new EncoderSpec(type, size, sizes, norm);
    }

    /// <summary>Reads a fusion.</summary>
    public static FusionSpec Fusion(YamlMap? map, string fallback, IReadOnlyCollection<string> modalities)
    {
        if (map is null) return new FusionSpec(fallback);
        string type = map.Choice("type", fallback, (IReadOnlyCollection<string>)FusionSpec.Types);
        string? condition = type is "film" or "gated" ? map.Text("condition") : null;
        if (condition is not null && !modalities.Contains(condition)) map.Problem("condition", $"is {condition}, which is no modality", Nearest.Remedy(condition, modalities));
        return new FusionSpec(type, condition);
    }

    private static IReadOnlyList<int> Sizes(YamlMap map, string key, IReadOnlyList<int> fallback)
    {
        IReadOnlyList<int> sizes = map.Integers(key) ?? fallback;
        if (sizes.Count > 0 && sizes.All(size => size is > 0 and <= 65536)) return sizes;
        map.Problem(key, "are no sizes of layers", "write a list such as [16, 32, 64]");
        return fallback;
    }
}
