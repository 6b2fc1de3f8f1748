using Equipoise.Configuration;
using Equipoise.Data;

namespace Equipoise.Encoders;

/// <summary>A type of encoder: what a configuration calls it, what it takes, and how its block becomes an encoder.</summary>
/// <param name="Name">What <c>encoder.type</c> says.</param>
/// <param name="Kinds">The kinds of modality that it takes.</param>
/// <param name="Read">Reads the settings and says how to build it.</param>
/// <param name="NeedsShape">Whether the shape of a sample has to be known; otherwise <c>in</c>, as replay cases write it, is enough.</param>
internal sealed record EncoderType(string Name, ModalityKind[] Kinds, Func<EncoderBlock, MakeEncoder> Read, bool NeedsShape = true)
{
    /// <summary>Everything but texts.</summary>
    internal static ModalityKind[] Numbers { get; } = [.. Enum.GetValues<ModalityKind>().Except([ModalityKind.Text])];

    /// <summary>What 2-D networks take.</summary>
    internal static ModalityKind[] Maps { get; } = [ModalityKind.Spectrogram, ModalityKind.Image, ModalityKind.Video, ModalityKind.Flow];
}
