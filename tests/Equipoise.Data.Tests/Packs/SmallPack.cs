using System.Runtime.InteropServices;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Packs;

/// <summary>A small pack of every layout: a picture, a grey picture, a clip, a spectrogram that may be absent, a vector.</summary>
internal static class SmallPack
{
    internal static PackModality[] Modalities { get; } =
    [
        new("picture", ModalityKind.Image, [4, 5, 3], ElementType.UInt8, null),
        new("grey", ModalityKind.Image, [4, 5], ElementType.UInt8, null),
        new("clip", ModalityKind.Video, [2, 4, 5, 3], ElementType.UInt8, null),
        new("sound", ModalityKind.Spectrogram, [1, 3, 6], ElementType.Float32, null),
        new("vector", ModalityKind.Features, [7], ElementType.Float64, null),
    ];

    /// <summary>Writes it; every third sample of train lacks its sound.</summary>
    internal static void Write(string folder)
    {
        SeededRandom random = new(1);
        using PackWriter writer = new(folder, "small", ["a", "b", "c"], Modalities);
        foreach (var (name, count) in new[] { ("train", 12), ("val", 6), ("test", 6) })
        {
            PackSplitWriter split = writer.AddSplit(name);
            for (int i = 0; i < count; i++)
                split.Append($"{name}/{i}", i % 3, $"{name}-speaker-{i % 2}", Modalities.ToDictionary(
                    modality => modality.Name, modality => modality.Name == "sound" && name == "train" && i % 3 == 0 ? null : Row(modality, random)));
        }
        writer.Complete(skipped: 0);
    }

    private static byte[] Row(PackModality modality, SeededRandom random)
    {
        int elements = (int)modality.Elements;
        if (modality.Type == ElementType.UInt8) return [.. Enumerable.Range(0, elements).Select(_ => (byte)random.Next(256))];
        double[] values = [.. Enumerable.Range(0, elements).Select(_ => 3 + 2 * random.NextGaussian())];
        return modality.Type == ElementType.Float64
            ? MemoryMarshal.AsBytes(values.AsSpan()).ToArray()
            : MemoryMarshal.AsBytes<float>(values.Select(value => (float)value).ToArray()).ToArray();
    }
}
