using Equipoise.Data;
using Equipoise.Encoders;
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
        IEnumerable<string> names = EncoderRegistry.Names.Where(name => modality is not null || !EncoderRegistry.Types[name].NeedsShape);
        string type = map.Choice("type", EncoderRegistry.Plain(modality), [.. names, .. plugins.Encoders.Keys]);
        if (modality is not null && plugins.Encoders.TryGetValue(type, out var own)) return new EncoderSpec(type, own(map, modality));
        EncoderType known = EncoderRegistry.Types[type];
        if (modality is not null && !known.Kinds.Contains(modality.Kind)) return Misfit(map, known, modality);
        EncoderBlock block = new(map, type, modality);
        return new EncoderSpec(type, known.Read(block), block.Settled);
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
        int projection = map.Integer("projection", 0, min: 0, max: 65536);
        if (plugins.Fusions.TryGetValue(type, out var own)) return new FusionSpec(type, Make: own(map), Projection: projection);
        string? condition = type is "film" or "gated" ? map.Text("condition") : null;
        if (condition is not null && !modalities.Contains(condition)) map.Problem("condition", $"is {condition}, which is no modality", Nearest.Remedy(condition, modalities));
        string average = type == "late" ? map.Choice("average", "logits", ["logits", "probabilities"]) : "logits";
        return new FusionSpec(type, condition, average, Projection: projection);
    }

    private static EncoderSpec Misfit(YamlMap map, EncoderType type, PackModality modality)
    {
        string[] others = [.. EncoderRegistry.Names.Where(name => EncoderRegistry.Types[name].Kinds.Contains(modality.Kind))];
        map.Problem("type", $"is {type.Name}, which takes {Words(type.Kinds)}, and {modality.Name} is {Word(modality.Kind)}", $"take one of {string.Join(", ", others)}");
        return new EncoderSpec(type.Name, _ => throw new InvalidOperationException("a configuration with problems builds nothing"));
    }

    private static string Words(ModalityKind[] kinds) => string.Join(", ", kinds.Select(Word)) is var words && words.LastIndexOf(", ", StringComparison.Ordinal) is > 0 and var last
        ? $"{words[..last]} or {words[(last + 2)..]}" : words;

    private static string Word(ModalityKind kind) => kind.ToString().ToLowerInvariant();
}
