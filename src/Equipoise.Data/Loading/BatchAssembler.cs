using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data;

/// <summary>
/// Reads samples and puts them into tensors: pictures as <c>(B, C, H, W)</c>, clips as <c>(B, C, T, H, W)</c>, everything else in
/// its own order with the batch in front. Texts stay token numbers; what fills a sequence up is zero after normalisation.
/// </summary>
internal sealed class BatchAssembler(PackSplit split, IReadOnlyList<ModalityInput> inputs, LoaderOptions options)
{
    internal Batch Assemble(int[] indices, int epoch)
    {
        using TensorScope scope = TensorScope.Begin();
        using DeviceScope here = DeviceScope.Begin(Device.Cpu);
        Dictionary<string, Tensor> tensors = [], masks = [];
        Dictionary<string, bool[]> present = [];
        foreach (ModalityInput input in inputs)
        {
            string name = input.Modality.Name;
            bool[]? real = Real(input.Modality, indices);
            tensors[name] = Kept(input.Modality.Kind == ModalityKind.Text ? Ids(input.Modality, indices) : Stack(input, indices, epoch, real));
            if (real is not null) masks[name] = Kept(Tensor.From(real, indices.Length, real.Length / indices.Length));
            if (split.Present(name) is not { } all) continue;
            bool[] has = [.. indices.Select(index => all[index])];
            if (has.Contains(false)) present[name] = has;
        }
        Tensor? labels = split.Labels.Length == 0 ? null : Kept(Tensor.From(indices.Select(index => split.Labels[index]).ToArray(), indices.Length));
        return new Batch(tensors, labels, indices, present) { Masks = masks };
    }

    private Tensor Kept(Tensor tensor) => (options.Pinned ? tensor.Pinned() : tensor).Own();

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
        SampleReader reader = new(input, options.Seed, epoch, options.Augment);
        return Tensor.Filled<float>(BatchLayout.Of(delivered, indices.Length), values =>
        {
            for (int i = 0; i < indices.Length; i++)
            {
                Span<float> into = values.Slice(i * elements, elements);
                if (split.IsEmpty(modality.Name, indices[i]))
                {
                    into.Clear(); // Zeros after normalisation too.
                    continue;
                }
                split.ReadRow(modality.Name, indices[i], row);
                reader.Read(row, indices[i], into);
                if (real is not null) ClearFilledUp(modality, real, i, into);
            }
        });
    }

    private static void ClearFilledUp(PackModality modality, bool[] real, int sample, Span<float> values)
    {
        int positions = (int)modality.Shape[0], width = (int)modality.Shape[1];
        for (int p = 0; p < positions; p++)
            if (!real[sample * positions + p]) values.Slice(p * width, width).Clear();
    }
}
