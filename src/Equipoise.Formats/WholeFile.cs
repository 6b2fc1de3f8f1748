using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Equipoise.Formats;

/// <summary>Files that are read whole: descriptions, lists, states. What claims more than such a file holds is refused, and so is what never ends.</summary>
public static class WholeFile
{
    /// <summary>Bytes of a description or a list at most: half a gigabyte.</summary>
    public const long Most = 1L << 29;

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many there may be, at most 2 GiB.</param>
    /// <exception cref="InvalidFileException">It is absent, larger, or cannot be read.</exception>
    public static byte[] Read(string path, long most = Most)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            byte[] bytes = stream.Length <= most ? new byte[stream.Length] : throw TooLarge(path, most);
            stream.ReadExactly(bytes);
            return stream.ReadByte() < 0 ? bytes : throw TooLarge(path, most);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidFileException(path, $"cannot be read ({error.Message})", "check the file and its permissions");
        }
    }

    /// <summary>The text of a file in UTF-8, without a byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many bytes there may be.</param>
    /// <exception cref="InvalidFileException">It is absent, larger, cannot be read, or is no text.</exception>
    public static string ReadText(string path, long most = Most)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Read(path, most)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidFileException(path, "is no text in UTF-8", "save it as UTF-8");
        }
    }

    /// <summary>What a JSON file holds.</summary>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should be, for the error: <c>description of a pack</c>.</param>
    /// <param name="remedy">What to do where it is not.</param>
    /// <param name="read">Takes what it needs; a key that is absent or of another type may throw as it likes.</param>
    /// <exception cref="InvalidFileException">It is absent, no JSON, or <paramref name="read"/> did not find what it needs.</exception>
    public static T ReadJson<T>(string path, string what, string remedy, Func<JsonNode, T> read) => ReadJson(path, Read(path), what, remedy, read);

    /// <summary>What the bytes of a JSON file hold.</summary>
    public static T ReadJson<T>(string path, byte[] bytes, string what, string remedy, Func<JsonNode, T> read)
    {
        try
        {
            return read(JsonNode.Parse(bytes) ?? throw new JsonException());
        }
        catch (Exception error) when (error is JsonException or NullReferenceException or InvalidOperationException or FormatException or OverflowException or ArgumentException or KeyNotFoundException)
        {
            throw new InvalidFileException(path, $"is no {what}", remedy);
        }
    }

    private static InvalidFileException TooLarge(string path, long most) => new(path, $"is larger than {most >> 20} MiB, or is no file that ends", "give the file that is meant");
}
