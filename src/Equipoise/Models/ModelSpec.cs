using Equipoise.Configuration;

namespace Equipoise.Models;

/// <summary>What a model is made of.</summary>
/// <param name="Modalities">The modalities in their order, with their encoders.</param>
/// <param name="Fusion">How features become logits.</param>
/// <param name="Classes">The number of classes.</param>
public sealed record ModelSpec(IReadOnlyList<ModalitySpec> Modalities, FusionSpec Fusion, int Classes);

/// <summary>One modality and its encoder.</summary>
public sealed record ModalitySpec(string Name, EncoderSpec Encoder);

/// <summary>An encoder: its type and the settings that the type knows.</summary>
/// <param name="Type"><c>mlp</c>, <c>cnn</c> or <c>resnet18</c>.</param>
/// <param name="Inputs">Channels of a picture, or elements of one flattened sample for <c>mlp</c>.</param>
/// <param name="Sizes">Widths of <c>mlp</c>, channels of <c>cnn</c>; empty for <c>resnet18</c>.</param>
/// <param name="BatchNorm">Whether <c>cnn</c> normalises; false by default.</param>
/// <param name="Make">Makes an encoder of the program's own, to which the other settings say nothing; null for the types here.</param>
public sealed record EncoderSpec(string Type, long Inputs, IReadOnlyList<int> Sizes, bool BatchNorm = false, MakeEncoder? Make = null)
{
    /// <summary>The types there are.</summary>
    public static IReadOnlyList<string> Types { get; } = ["mlp", "cnn", "resnet18"];
}

/// <summary>A fusion: its type and, where one modality conditions the other, which.</summary>
/// <param name="Type"><c>sum</c>, <c>concat</c>, <c>film</c>, <c>gated</c>, <c>shared</c> or <c>late</c>.</param>
/// <param name="Condition">The conditioning modality of <c>film</c> and <c>gated</c>; the first by default.</param>
/// <param name="Average">What <c>late</c> averages: <c>logits</c> (the default) or <c>probabilities</c>.</param>
/// <param name="Make">Makes a fusion of the program's own; null for the types here.</param>
public sealed record FusionSpec(string Type, string? Condition = null, string Average = "logits", MakeFusion? Make = null)
{
    /// <summary>The types there are.</summary>
    public static IReadOnlyList<string> Types { get; } = ["sum", "concat", "film", "gated", "shared", "late"];
}
