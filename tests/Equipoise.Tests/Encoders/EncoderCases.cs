using Equipoise.Data;

namespace Equipoise.Tests.Encoders;

/// <summary>Every type of encoder with small sizes: odd shapes, masks, options.</summary>
public static class EncoderCases
{
    internal const string Tiny = "width: 24, depth: 3, heads: 3";

    /// <summary>All cases.</summary>
    public static IReadOnlyList<EncoderCase> All { get; } =
    [
        new("{type: mlp, widths: [9, 5]}", ModalityKind.Features, [7]),
        new("{type: mlp, widths: [4]}", ModalityKind.Sequence, [5, 3]),
        new("{type: cnn, channels: [5, 7]}", ModalityKind.Image, [19, 23, 3]),
        new("{type: cnn, channels: [5, 7], norm: batch}", ModalityKind.Video, [3, 17, 13, 3]),
        new("type: resnet18", ModalityKind.Flow, [2, 67, 49, 2]),
        new("type: resnet18", ModalityKind.Spectrogram, [1, 65, 77]),
        new("type: resnet34", ModalityKind.Image, [70, 97, 3]),
        new("type: resnet50", ModalityKind.Image, [67, 97, 3]),
        new($"{{type: vit, {Tiny}, patch: 8}}", ModalityKind.Image, [19, 30, 3]),
        new($"{{type: vit, {Tiny}, patch: 8}}", ModalityKind.Video, [2, 16, 16, 3]),
        new($"{{type: cav-mae, {Tiny}}}", ModalityKind.Spectrogram, [1, 35, 67]),
        new($"{{type: cav-mae, {Tiny}, patch: 8}}", ModalityKind.Image, [17, 33, 3]),
        new($"{{type: cav-mae, {Tiny}, patch: 8}}", ModalityKind.Video, [3, 16, 24, 3]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23}}", ModalityKind.Image, [33, 50, 3]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23, patch: 8, variant: mla-release}}", ModalityKind.Image, [24, 16, 3]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23}}", ModalityKind.Text, [11]),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23}}", ModalityKind.Text, [11], Masked: true),
        new($"{{type: m3ae, {Tiny}, vocabulary: 23, variant: mla-release}}", ModalityKind.Text, [11], Masked: true),
        new($"{{type: transformer, {Tiny}}}", ModalityKind.Sequence, [9, 5]),
        new($"{{type: transformer, {Tiny}}}", ModalityKind.Sequence, [9, 5], Masked: true),
        new($"{{type: text, {Tiny}, vocabulary: 23}}", ModalityKind.Text, [13], Masked: true),
        new($"{{type: bert, {Tiny}, vocabulary: 23, positions: 20, dropout: 0}}", ModalityKind.Text, [13], Masked: true),
        new($"{{type: bert, {Tiny}, vocabulary: 23, positions: 13, dropout: 0, pooling: mean}}", ModalityKind.Text, [13], Masked: true),
        new($"{{type: bert, {Tiny}, vocabulary: 23, dropout: 0, pooling: first}}", ModalityKind.Text, [13]),
        new("{type: gru, width: 7}", ModalityKind.Sequence, [9, 5]),
        new("{type: gru, width: 7, layers: 2, bidirectional: true}", ModalityKind.Sequence, [9, 5], Masked: true),
        new("{type: temporal-conv, channels: [6, 8], kernel: 3, stride: 2}", ModalityKind.Sequence, [11, 5], Masked: true),
        new("{type: temporal-conv, channels: [6, 8], kernel: 5, stride: 3, norm: none}", ModalityKind.Sequence, [11, 5]),
        new("{type: mvcnn, backbone: cnn, channels: [5, 7]}", ModalityKind.Video, [3, 17, 13, 3]),
        new("{type: mvcnn, backbone: resnet18, pool: mean}", ModalityKind.Video, [3, 65, 67, 1]),
    ];
}
