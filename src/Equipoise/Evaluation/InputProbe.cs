using Equipoise.Data;

namespace Equipoise.Evaluation;

/// <summary>
/// How much of the label a linear classifier reads off a modality's raw input: the first look at imbalance, before any training. Long inputs
/// are shortened to means over blocks, and large sets to some samples.
/// </summary>
public static class InputProbe
{
    private const int MostSamples = 2000, MostFeatures = 512;

    /// <summary>The accuracy on val of a probe trained on train; NaN where no sample has the modality. Texts are read as bags of tokens.</summary>
    /// <param name="pack">A pack with train and val.</param>
    /// <param name="modality">One of its modalities.</param>
    public static double Accuracy(Pack pack, PackModality modality) =>
        LinearProbe.Accuracy(Rows(pack.Split("train"), modality), Rows(pack.Split("val"), modality), pack.Classes.Count);

    private static (float[][] Rows, long[] Labels) Rows(PackSplit split, PackModality modality)
    {
        int[] there = [.. Enumerable.Range(0, split.Count).Where(i => split.Present(modality.Name)?[i] ?? true)];
        int take = Math.Min(MostSamples, there.Length);
        int[] chosen = [.. Enumerable.Range(0, take).Select(i => there[(int)((long)i * there.Length / take)])];
        return ([.. chosen.Select(i => Row(split, modality, i))], [.. chosen.Select(i => split.Labels[i])]);
    }

    private static float[] Row(PackSplit split, PackModality modality, int index)
    {
        float[] values = split.Values(modality, index);
        return modality.Kind == ModalityKind.Text ? Bag(values) : Shorten(values);
    }

    private static float[] Bag(float[] tokens)
    {
        float[] bag = new float[MostFeatures];
        foreach (float token in tokens.Where(token => token > 0)) bag[(int)token % MostFeatures]++;
        return bag;
    }

    private static float[] Shorten(float[] values)
    {
        for (int i = 0; i < values.Length; i++) if (!float.IsFinite(values[i])) values[i] = 0;
        if (values.Length <= MostFeatures) return values;
        float[] means = new float[MostFeatures];
        for (int i = 0; i < MostFeatures; i++)
        {
            int from = (int)((long)i * values.Length / MostFeatures), to = (int)((long)(i + 1) * values.Length / MostFeatures);
            means[i] = values.AsSpan(from, to - from).ToArray().Average();
        }
        return means;
    }
}
