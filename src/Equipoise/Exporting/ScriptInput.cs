using Equipoise.Data;
using Equipoise.Torch;

namespace Equipoise.Exporting;

/// <summary>An input of an exported program: a modality, or the mask of one whose samples are filled up.</summary>
/// <param name="Name">What the program calls it.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The shape of one sample.</param>
internal sealed record ScriptInput(string Name, DType Type, long[] Shape)
{
    /// <summary>A modality's inputs.</summary>
    internal static IEnumerable<ScriptInput> Of(ModalityInput input)
    {
        PackModality modality = input.Delivered;
        long[] shape = BatchLayout.Of(modality, 1)[1..];
        yield return new ScriptInput(NameOf(modality.Name), modality.Kind == ModalityKind.Text ? DType.Int64 : DType.Float32, shape);
        if (modality.Kind is ModalityKind.Text or ModalityKind.Sequence) yield return new ScriptInput(MaskOf(modality.Name), DType.Bool, [shape[0]]);
    }

    /// <summary>A modality's name as Python takes it.</summary>
    internal static string NameOf(string modality) => (char.IsAsciiDigit(modality[0]) ? "_" : "") + modality.Replace('-', '_');

    /// <summary>The name of its mask.</summary>
    internal static string MaskOf(string modality) => NameOf(modality) + "_mask";

    /// <summary>A made-up batch: numbers around 0, tokens 0 and 1, all positions real.</summary>
    internal Tensor Sample(int batch)
    {
        long[] shape = [batch, .. Shape];
        if (Type == DType.Bool) return Ops.Full(shape, 1, Type);
        int count = (int)shape.Aggregate(1L, (product, size) => product * size);
        return Type == DType.Int64
            ? Tensor.From([.. Enumerable.Range(0, count).Select(i => (long)(i % 2))], shape)
            : Tensor.From([.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(1 + 0.7 * i))], shape);
    }
}
