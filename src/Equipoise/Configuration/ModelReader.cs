using Equipoise.Data;
using Equipoise.Models;

namespace Equipoise.Configuration;

/// <summary>Reads a <c>model</c> block.</summary>
internal static class ModelReader
{
    /// <summary>Reads an encoder: its type, settings and, where written out, its input size.</summary>
    /// <param name="map">The <c>encoder</c> block.</param>
    /// <param name="modality">The modality of the pack; null in replay cases, which write <c>in</c> out.</param>
    /// <param name="plugins">The program's own encoders; null for none.</param>
    internal static EncoderSpec Encoder(YamlMap map, PackModality? modality, Plugins? plugins = null)
    {
        plugins ??= new Plugins();
        string type = map.Choice("type", "cnn", [.. EncoderSpec.Types, .. plugins.Encoders.Keys]);
        if (modality is not null && plugins.Encoders.TryGetValue(type, out var own)) return new EncoderSpec(type, modality.Elements, [], Make: own(map, modality));
        long size = map.Integer("in", (int)(type == "mlp" ? modality?.Elements : modality?.Channels).GetValueOrDefault(), min: 0);
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
    /// <param name="map">The <c>fusion</c> block; null where there is none.</param>
    /// <param name="fallback">The type where the block names none.</param>
    /// <param name="modalities">The model's modalities.</param>
    /// <param name="plugins">The program's own fusions; null for none.</param>
    internal static FusionSpec Fusion(YamlMap? map, string fallback, IReadOnlyCollection<string> modalities, Plugins? plugins = null)
    {
        plugins ??= new Plugins();
        map ??= YamlMap.Parse("", "fusion", new ProblemList());
        string type = map.Choice("type", fallback, [.. FusionSpec.Types, .. plugins.Fusions.Keys]);
        if (plugins.Fusions.TryGetValue(type, out var own)) return new FusionSpec(type, Make: own(map));
        string? condition = type is "film" or "gated" ? map.Text("condition") : null;
        if (condition is not null && !modalities.Contains(condition)) map.Problem("condition", $"is {condition}, which is no modality", Nearest.Remedy(condition, modalities));
        string average = type == "late" ? map.Choice("average", "logits", ["logits", "probabilities"]) : "logits";
        return new FusionSpec(type, condition, average);
    }

    private static IReadOnlyList<int> Sizes(YamlMap map, string key, IReadOnlyList<int> fallback)
    {
        IReadOnlyList<int> sizes = map.Integers(key) ?? fallback;
        if (sizes.Count > 0 && sizes.All(size => size is > 0 and <= 65536)) return sizes;
        map.Problem(key, "are no sizes of layers", "write a list such as [16, 32, 64]");
        return fallback;
    }
}
