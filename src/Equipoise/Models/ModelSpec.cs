using Equipoise.Configuration;

namespace Equipoise.Models;

/// <summary>What a model is made of.</summary>
/// <param name="Modalities">The modalities in their order, with their encoders.</param>
/// <param name="Fusion">How features become logits.</param>
/// <param name="Classes">The number of classes.</param>
public sealed record ModelSpec(IReadOnlyList<ModalitySpec> Modalities, FusionSpec Fusion, int Classes);

/// <summary>One modality and its encoder.</summary>
public sealed record ModalitySpec(string Name, EncoderSpec Encoder);

/// <summary>An encoder to be built.</summary>
/// <param name="Type">What a configuration calls it.</param>
/// <param name="Make">Makes it with its initial values.</param>
/// <param name="Settings">Its block with all settings, as YAML; null for an encoder of the program's own, whose block stays as it is.</param>
public sealed record EncoderSpec(string Type, MakeEncoder Make, string? Settings = null);

/// <summary>A fusion: its type and, where one modality conditions the other, which.</summary>
/// <param name="Type"><c>sum</c>, <c>concat</c>, <c>film</c>, <c>gated</c>, <c>shared</c> or <c>late</c>.</param>
/// <param name="Condition">The conditioning modality of <c>film</c> and <c>gated</c>; the first by default.</param>
/// <param name="Average">What <c>late</c> averages: <c>logits</c> (the default) or <c>probabilities</c>.</param>
/// <param name="Make">Makes a fusion of the program's own; null for the types here.</param>
/// <param name="Projection">The width to which every modality's features are brought by a linear layer of their own; 0, the default, for none.</param>
public sealed record FusionSpec(string Type, string? Condition = null, string Average = "logits", MakeFusion? Make = null, int Projection = 0)
{
    /// <summary>The types there are.</summary>
    public static IReadOnlyList<string> Types { get; } = ["sum", "concat", "film", "gated", "shared", "late"];
}
