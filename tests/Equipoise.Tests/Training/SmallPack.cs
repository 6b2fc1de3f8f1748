using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Formats;

namespace Equipoise.Tests.Training;

/// <summary>A small made-up pack: one modality says the class plainly, the others less so.</summary>
internal static class SmallPack
{
    internal static string Make(string folder, int modalities = 2, bool poisonTest = false, bool absent = false, bool spectrograms = false)
    {
        string[] names = [.. ((string[])["audio", "visual", "text", "touch"])[..modalities]];
        PackModality[] kinds = [.. names.Select(name => spectrograms
            ? new PackModality(name, ModalityKind.Spectrogram, [1, 2, 3], ElementType.Float32, null)
            : new PackModality(name, ModalityKind.Features, [6], ElementType.Float32, null))];
        SeededRandom random = new(5);
        using PackWriter writer = new(folder, "small", ["x", "y", "z"], kinds);
        foreach (var (split, count) in new[] { ("train", 60), ("val", 24), ("test", 24) })
        {
            PackSplitWriter part = writer.AddSplit(split);
            for (int i = 0; i < count; i++)
            {
                int label = i % 3;
                Dictionary<string, byte[]?> rows = names.Select((name, m) => (name, Row: Row(label, 1 + m, random))).ToDictionary(pair => pair.name, pair => pair.Row);
                if (absent && i % 4 == 1) rows[names[i % names.Length]] = null;
                part.Append($"{split}-{i}", poisonTest && split == "test" ? (label + 1) % 3 : label, null, rows);
            }
        }
        writer.Complete(0, new JsonObject());
        return folder;
    }

    private static byte[]? Row(int label, double noise, SeededRandom random)
    {
        float[] values = [.. Enumerable.Range(0, 6).Select(d => (float)((d % 3 == label ? 2 : 0) + noise * random.NextGaussian()))];
        return NdArray.From<float>(values, 6).Data;
    }
}
