using System.Globalization;
using Equipoise.Data;

namespace Equipoise.Encoders;

/// <summary>
/// An <c>encoder</c> block while it is read: every setting is asked for once with its default and range, and noted as it will stand in the
/// run's <c>config.yaml</c>.
/// </summary>
/// <param name="map">The block.</param>
/// <param name="type">The encoder's type.</param>
/// <param name="modality">The modality of the pack; null in replay cases, which write <c>in</c> out.</param>
internal sealed class EncoderBlock(YamlMap map, string type, PackModality? modality)
{
    private readonly List<string> _settled = [$"type: {type}"];

    /// <summary>The modality of the pack, for types that need its shape.</summary>
    internal PackModality Modality => modality ?? throw new InvalidOperationException($"encoder {type} needs the shape of a sample");

    /// <summary>All settings, defaults included, as YAML.</summary>
    internal string Settled => $"{{{string.Join(", ", _settled)}}}";

    /// <summary>Channels of a picture or spectrogram.</summary>
    internal long Channels => In(modality?.Channels);

    /// <summary>Elements of one sample.</summary>
    internal long Elements => In(modality?.Elements);

    /// <summary>Height and width of a picture, bins and times of a spectrogram.</summary>
    internal (long Height, long Width) Picture => Modality.Kind == ModalityKind.Spectrogram ? (Modality.Shape[^2], Modality.Shape[^1])
        : Modality.Shape.Length == 4 ? (Modality.Shape[1], Modality.Shape[2]) : (Modality.Shape[0], Modality.Shape[1]);

    internal int Integer(string key, int fallback, int min = 1, int max = 65536) => Note(key, map.Integer(key, fallback, min, max));

    internal double Number(string key, double fallback, double min = 0, double max = 1) => Note(key, map.Number(key, fallback, min, max));

    internal bool Flag(string key, bool fallback)
    {
        bool value = map.Flag(key, fallback);
        _settled.Add($"{key}: {(value ? "true" : "false")}");
        return value;
    }

    internal string Choice(string key, string fallback, params IReadOnlyCollection<string> choices) => Note(key, map.Choice(key, fallback, choices));

    /// <summary>Sizes of layers.</summary>
    internal IReadOnlyList<int> Sizes(string key, IReadOnlyList<int> fallback)
    {
        IReadOnlyList<int> sizes = map.Integers(key) ?? fallback;
        if (sizes.Count == 0 || sizes.Any(size => size is <= 0 or > 65536))
        {
            map.Problem(key, "are no sizes of layers", "write a list such as [16, 32, 64]");
            return fallback;
        }
        _settled.Add($"{key}: [{string.Join(", ", sizes)}]");
        return sizes;
    }

    /// <summary>A file; empty where it is not named (a problem is told).</summary>
    internal string File(string key, string example)
    {
        string path = map.Required(key, example);
        if (path.Length == 0) return path;
        path = map.Locate(path);
        _settled.Add($"{key}: \"{path.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"");
        return path;
    }

    /// <summary>Tells a problem of a key.</summary>
    internal void Problem(string key, string what, string remedy) => map.Problem(key, what, remedy);

    private long In(long? known)
    {
        int written = map.Integer("in", (int)known.GetValueOrDefault(), min: 0);
        if (known is { } size && written != size) map.Problem("in", $"is {written}, but {modality!.Name} has {size}", "leave it out");
        return written;
    }

    private T Note<T>(string key, T value) where T : IFormattable
    {
        _settled.Add($"{key}: {value.ToString(null, CultureInfo.InvariantCulture)}");
        return value;
    }

    private string Note(string key, string value)
    {
        _settled.Add($"{key}: {value}");
        return value;
    }
}
