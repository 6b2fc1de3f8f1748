using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data;

/// <summary>
/// Reads samples and puts them into tensors: pictures as <c>(B, C, H, W)</c>, clips as <c>(B, C, T, H, W)</c>, everything else in
/// its own order with the batch in front.
/// </summary>
internal sealed class BatchAssembler(PackSplit split, IReadOnlyList<ModalityInput> inputs, ulong seed, bool augment)
{
    internal Batch Assemble(int[] indices, int epoch)
    {
        using TensorScope scope = TensorScope.Begin();
        Dictionary<string, Tensor> tensors = [];
        Dictionary<string, bool[]> present = [];
        foreach (ModalityInput input in inputs)
        {
            string name = input.Modality.Name;
            tensors[name] = Stack(input, indices, epoch).Own();
            if (split.Present(name) is not { } all) continue;
            bool[] here = [.. indices.Select(index => all[index])];
            if (here.Contains(false)) present[name] = here;
        }
        Tensor? labels = split.Labels.Length == 0 ? null : Tensor.From(indices.Select(index => split.Labels[index]).ToArray(), indices.Length).Own();
        return new Batch(tensors, labels, indices, present);
    }

    private Tensor Stack(ModalityInput input, int[] indices, int epoch)
    {
        PackModality modality = input.Modality;
        int whole = (int)modality.Elements, frames = FramesOf(input), elements = frames == 0 ? whole : whole / (int)modality.Shape[0] * frames;
        byte[] row = new byte[modality.Type.Size() * whole];
        float[] values = new float[indices.Length * elements];
        float[] sample = new float[whole];
        bool[]? present = split.Present(modality.Name), zeroed = split.Zeroed(modality.Name);
        for (int i = 0; i < indices.Length; i++)
        {
            if ((present is not null && !present[indices[i]]) || (zeroed is not null && zeroed[indices[i]])) continue; // Zeros after normalisation too.
            split.ReadRow(modality.Name, indices[i], row);
            Elements.ToFloat(row, modality.Type, sample);
            if (frames > 0) PickFrames(input, sample, frames, epoch, indices[i]);
            if (augment && input.Augmentations.Count > 0) Augment(input, sample.AsSpan(0, elements), epoch, indices[i]);
            Place(input, sample.AsSpan(0, elements), values.AsSpan(i * elements, elements));
        }
        return Tensor.From(values, Layout(modality, indices.Length, frames));
    }

    /// <summary>The frames taken of a clip; 0 where all are, or where it is no clip.</summary>
    private static int FramesOf(ModalityInput input) => input.Modality.IsPicture && input.Modality.Shape.Length == 4 && input.Frames < input.Modality.Shape[0] ? input.Frames : 0;

    /// <summary>Moves one frame of each segment to the front.</summary>
    private void PickFrames(ModalityInput input, float[] sample, int frames, int epoch, int index)
    {
        SeededRandom random = new(SeedStream.Derive(seed, $"frames.{input.Modality.Name}", epoch, index));
        int stored = (int)input.Modality.Shape[0], size = sample.Length / stored;
        for (int i = 0; i < frames; i++)
        {
            int first = i * stored / frames, count = (i + 1) * stored / frames - first;
            int chosen = first + (augment ? random.Next(count) : count / 2);
            sample.AsSpan(chosen * size, size).CopyTo(sample.AsSpan(i * size, size));
        }
    }

    private void Augment(ModalityInput input, Span<float> sample, int epoch, int index)
    {
        SeededRandom random = new(SeedStream.Derive(seed, $"augment.{input.Modality.Name}", epoch, index));
        if (!input.Modality.IsPicture)
        {
            int frames = (int)input.Modality.Shape[^1], bins = (int)input.Modality.Shape[^2];
            for (int at = 0; at < sample.Length; at += bins * frames)
                foreach (Augmentation augmentation in input.Augmentations)
                    SpectrogramAugmentation.Apply(augmentation, sample.Slice(at, bins * frames), bins, frames, input.Normalisation.Std[0], random);
            return;
        }
        var (_, height, width, channels) = Geometry(input.Modality);
        for (int at = 0; at < sample.Length; at += height * width * channels)
            foreach (Augmentation augmentation in input.Augmentations)
                PictureAugmentation.Apply(augmentation, sample.Slice(at, height * width * channels), height, width, channels, input.Modality.Kind == ModalityKind.Flow, random);
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

    private static long[] Layout(PackModality modality, int batch, int picked)
    {
        if (modality.Kind == ModalityKind.Spectrogram && modality.Shape.Length == 2) return [batch, 1, .. modality.Shape];
        if (!modality.IsPicture) return [batch, .. modality.Shape];
        var (frames, height, width, channels) = Geometry(modality);
        return modality.Shape.Length == 4 ? [batch, channels, picked > 0 ? picked : frames, height, width] : [batch, channels, height, width];
    }

    private static (int Frames, int Height, int Width, int Channels) Geometry(PackModality modality)
    {
        long[] shape = modality.Shape;
        return shape.Length switch
        {
            2 => (1, (int)shape[0], (int)shape[1], 1),
            3 => (1, (int)shape[0], (int)shape[1], (int)shape[2]),
            _ => ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]),
        };
    }
}
