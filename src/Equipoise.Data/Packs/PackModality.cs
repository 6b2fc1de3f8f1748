using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>What a modality's arrays mean.</summary>
public enum ModalityKind
{
    /// <summary>Sound over time and frequency, <c>(C, F, T)</c>.</summary>
    Spectrogram,

    /// <summary>A picture, <c>(H, W, C)</c> or <c>(H, W)</c>.</summary>
    Image,

    /// <summary>Frames of a clip, <c>(T, H, W, C)</c>.</summary>
    Video,

    /// <summary>Optical flow, <c>(T, H, W, 2)</c> or <c>(H, W, 2)</c>.</summary>
    Flow,

    /// <summary>Token ids.</summary>
    Text,

    /// <summary>A sequence of vectors, <c>(L, D)</c>.</summary>
    Sequence,

    /// <summary>A vector, <c>(D)</c>.</summary>
    Features,
}

/// <summary>One modality of a pack.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What its arrays mean.</param>
/// <param name="Shape">The shape of one sample.</param>
/// <param name="Type">The type of the elements.</param>
/// <param name="Recipe">How it was prepared from media; null for imported arrays.</param>
public sealed record PackModality(string Name, ModalityKind Kind, long[] Shape, ElementType Type, JsonObject? Recipe)
{
    /// <summary>The kinds by their names in <c>pack.json</c>.</summary>
    public static IReadOnlyList<string> KindNames { get; } = [.. Enum.GetNames<ModalityKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>What a modality may be called, as a remedy.</summary>
    internal const string NameRule = "name it by letters, digits, - and _, and not label, id or group";

    /// <summary>Whether a modality may have this name: it becomes part of names of files and parameters.</summary>
    public static bool IsName(string name) =>
        name is not ("" or "label" or "id" or "group") && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>Whether samples are pictures or clips, whose last dimension holds channels.</summary>
    public bool IsPicture => Kind is ModalityKind.Image or ModalityKind.Video or ModalityKind.Flow;

    /// <summary>Channels of pictures, clips and spectrograms.</summary>
    public long Channels => Kind switch
    {
        ModalityKind.Spectrogram => Shape.Length == 3 ? Shape[0] : 1,
        ModalityKind.Image => Shape.Length == 3 ? Shape[2] : 1,
        ModalityKind.Video or ModalityKind.Flow => Shape[^1],
        _ => 1,
    };

    /// <summary>Times of a clip or a spectrogram; 0 for other kinds.</summary>
    public int Frames => TimeAxis is { } axis ? (int)Shape[axis] : 0;

    /// <summary>The same with so many frames of a clip or a spectrogram; unchanged for 0, or where there are no more.</summary>
    public PackModality WithFrames(int count) => count > 0 && count < Frames ? this with { Shape = [.. Shape.Select((size, axis) => axis == TimeAxis ? count : size)] } : this;

    private int? TimeAxis => Kind switch
    {
        ModalityKind.Spectrogram => Shape.Length - 1,
        ModalityKind.Video or ModalityKind.Flow when Shape.Length == 4 => 0,
        _ => null,
    };

    /// <summary>Whether the shape has as many dimensions as the kind asks for.</summary>
    public bool HasShapeOfItsKind => Kind switch
    {
        ModalityKind.Spectrogram or ModalityKind.Image => Shape.Length is 2 or 3,
        ModalityKind.Video => Shape.Length == 4,
        ModalityKind.Flow => Shape.Length is 3 or 4,
        ModalityKind.Sequence => Shape.Length == 2,
        _ => Shape.Length == 1,
    };

    /// <summary>Elements of one sample.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);
}
