using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data;

/// <summary>
/// Reads samples and puts them into tensors: pictures as <c>(B, C, H, W)</c>, clips as <c>(B, C, T, H, W)</c>, everything else in
/// its own order with the batch in front. Texts stay token numbers; what fills a sequence up is zero after normalisation.
/// </summary>
internal sealed class BatchAssembler(PackSplit split, IReadOnlyList<ModalityInput> inputs, ulong seed, bool augment)
{
    internal Batch Assemble(int[] indices, int epoch)
    {
        using TensorScope scope = TensorScope.Begin();
        Dictionary<string, Tensor> tensors = [], masks = [];
        Dictionary<string, bool[]> present = [];
        foreach (ModalityInput input in inputs)
        {
            string name = input.Modality.Name;
            bool[]? real = Real(input.Modality, indices);
            tensors[name] = (input.Modality.Kind == ModalityKind.Text ? Ids(input.Modality, indices) : Stack(input, indices, epoch, real)).Own();
            if (real is not null) masks[name] = Tensor.From(real, indices.Length, real.Length / indices.Length).Own();
            if (split.Present(name) is not { } all) continue;
            bool[] here = [.. indices.Select(index => all[index])];
            if (here.Contains(false)) present[name] = here;
        }
        Tensor? labels = split.Labels.Length == 0 ? null : Tensor.From(indices.Select(index => split.Labels[index]).ToArray(), indices.Length).Own();
        return new Batch(tensors, labels, indices, present) { Masks = masks };
    }

    /// <summary>Which positions of a text or sequence are real; all are of a sample that is not delivered, and of one that is zeroed (as in MLA's released code).</summary>
    private bool[]? Real(PackModality modality, int[] indices)
    {
        if (!RealPositions.Known(split, modality)) return null;
        int positions = (int)modality.Shape[0];
        bool[] real = new bool[indices.Length * positions];
        real.AsSpan().Fill(true);
        for (int i = 0; i < indices.Length; i++)
            if (!split.IsEmpty(modality.Name, indices[i])) RealPositions.Read(split, modality, indices[i], real.AsSpan(i * positions, positions));
        return real;
    }

    /// <summary>Token numbers; zeros (in BERT's list [PAD]) where a sample is not delivered.</summary>
    private Tensor Ids(PackModality modality, int[] indices)
    {
        int length = (int)modality.Elements;
        byte[] row = new byte[modality.Type.Size() * length];
        long[] ids = new long[indices.Length * length];
        for (int i = 0; i < indices.Length; i++)
        {
            if (split.IsEmpty(modality.Name, indices[i])) continue;
            split.ReadRow(modality.Name, indices[i], row);
            Elements.ToLong(row, modality.Type, ids.AsSpan(i * length, length));
        }
        return Tensor.From(ids, indices.Length, length);
    }

    private Tensor Stack(ModalityInput input, int[] indices, int epoch, bool[]? real)
    {
        PackModality modality = input.Modality, delivered = input.Delivered;
        int elements = (int)delivered.Elements;
        byte[] row = new byte[modality.Type.Size() * modality.Elements];
        float[] values = new float[indices.Length * elements];
        float[] sample = new float[modality.Elements];
        for (int i = 0; i < indices.Length; i++)
        {
            if (split.IsEmpty(modality.Name, indices[i])) continue; // Zeros after normalisation too.
            split.ReadRow(modality.Name, indices[i], row);
            Elements.ToFloat(row, modality.Type, sample);
            if (elements < sample.Length) FrameSelection.Apply(modality, input.Frames, sample, augment ? Random("frames", input, epoch, indices[i]) : null);
            if (augment && input.Augmentations.Count > 0) Augment(input, delivered, sample.AsSpan(0, elements), Random("augment", input, epoch, indices[i]));
            Place(input, sample.AsSpan(0, elements), values.AsSpan(i * elements, elements));
            if (real is not null) ClearFilledUp(modality, real, i, values.AsSpan(i * elements, elements));
        }
        return Tensor.From(values, BatchLayout.Of(delivered, indices.Length));
    }

    private static void ClearFilledUp(PackModality modality, bool[] real, int sample, Span<float> values)
    {
        int positions = (int)modality.Shape[0], width = (int)modality.Shape[1];
        for (int p = 0; p < positions; p++)
            if (!real[sample * positions + p]) values.Slice(p * width, width).Clear();
    }

    private SeededRandom Random(string stream, ModalityInput input, int epoch, int index) => new(SeedStream.Derive(seed, $"{stream}.{input.Modality.Name}", epoch, index));

    private static void Augment(ModalityInput input, PackModality delivered, Span<float> sample, SeededRandom random)
    {
        if (!delivered.IsPicture)
        {
            int frames = (int)delivered.Shape[^1], bins = (int)delivered.Shape[^2];
            for (int at = 0; at < sample.Length; at += bins * frames)
                foreach (Augmentation augmentation in input.Augmentations)
                    SpectrogramAugmentation.Apply(augmentation, sample.Slice(at, bins * frames), bins, frames, input.Normalisation.Std[0], random);
            return;
        }
        var (_, height, width, channels) = BatchLayout.Geometry(delivered);
        for (int at = 0; at < sample.Length; at += height * width * channels)
            foreach (Augmentation augmentation in input.Augmentations)
                PictureAugmentation.Apply(augmentation, sample.Slice(at, height * width * channels), height, width, channels, delivered.Kind == ModalityKind.Flow, random);
    }

    /// <summary>Normalises, and moves the channels of pictures to the front.</summary>
    private static void Place(ModalityInput input, ReadOnlySpan<float> sample, Span<float> into)
    {
        double[] mean = input.Normalisation.Mean, std = input.Normalisation.Std;
        int channels = input.Modality.IsPicture ? (int)input.Modality.Channels : 1, positions = sample.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            float shift = (float)mean[mean.Length == 1 ? 0 : c], scale = (float)(1 / std[std.Length == 1 ? 0 : c]);
            for (int p = 0; p < positions; p++) into[c * positions + p] = (sample[p * channels + c] - shift) * scale;
        }
    }
}
