using System.Collections.Frozen;
using Equipoise.Data;

namespace Equipoise.Encoders;

/// <summary>The types of encoders there are: one line each.</summary>
public static class EncoderRegistry
{
    internal static FrozenDictionary<string, EncoderType> Types { get; } = new[]
    {
        Mlp.Type, Cnn.Type, ResNet.Type18, ResNet.Type34, ResNet.Type50, Vit.Type, CavMae.Type, M3ae.Type, MultiView.Type,
        TextTransformer.Type, Bert.Type, SequenceTransformer.Type, Gru.Type, TemporalConv.Type, Precomputed.Type, TorchScript.Type,
    }.ToFrozenDictionary(type => type.Name);

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Types.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The type for a modality whose encoder is left open, as a block.</summary>
    internal static string Default(PackModality modality) => modality.Kind switch
    {
        ModalityKind.Features => "type: mlp",
        ModalityKind.Sequence => "type: gru",
        ModalityKind.Text => "type: text",
        _ => modality.Elements > 3 * 96 * 96 ? "type: resnet18" : "{type: cnn, channels: [32, 64, 96, 128], norm: batch}",
    };

    /// <summary>The type where a block is given and names none.</summary>
    internal static string Plain(PackModality? modality) => modality is null || EncoderType.Maps.Contains(modality.Kind) ? "cnn" : Default(modality)["type: ".Length..];
}
