using System.Runtime.InteropServices;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>
/// Which positions of a text or sequence are real and which only fill it up: from the pack's <c>MODALITY.mask</c> (bool, true where filled
/// up) or <c>MODALITY.length</c> (int64). Everywhere after the pack the convention is the other way round: true is real.
/// </summary>
internal static class RealPositions
{
    /// <summary>What the companions are called.</summary>
    internal static IReadOnlyList<string> Suffixes { get; } = [".mask", ".length"];

    /// <summary>Type and shape that a companion of a modality has to have; null where the role is none of this modality.</summary>
    internal static (ElementType Type, long[] Shape)? Expected(PackModality modality, string role)
    {
        if (modality.Kind is not (ModalityKind.Text or ModalityKind.Sequence)) return null;
        if (role == $"{modality.Name}.mask") return (ElementType.Bool, [modality.Shape[0]]);
        return role == $"{modality.Name}.length" ? (ElementType.Int64, []) : null;
    }

    /// <summary>Whether a split says which positions of a modality are real.</summary>
    internal static bool Known(PackSplit split, PackModality modality) => Suffixes.Any(suffix => split.HasRole(modality.Name + suffix) && Expected(modality, modality.Name + suffix) is not null);

    /// <summary>The real positions of one sample.</summary>
    internal static void Read(PackSplit split, PackModality modality, int index, Span<bool> real)
    {
        if (split.HasRole($"{modality.Name}.mask"))
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(real);
            split.ReadRow($"{modality.Name}.mask", index, bytes);
            foreach (ref byte position in bytes) position = (byte)(position == 0 ? 1 : 0);
            return;
        }
        Span<long> length = stackalloc long[1];
        split.ReadRow($"{modality.Name}.length", index, MemoryMarshal.AsBytes(length));
        int count = (int)Math.Clamp(length[0], 0, real.Length);
        real[..count].Fill(true);
        real[count..].Clear();
    }
}
