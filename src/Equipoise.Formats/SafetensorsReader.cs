using System.Buffers.Binary;
using System.Text.Json;

namespace Equipoise.Formats;

/// <summary>A <c>.safetensors</c> file opened for reading; tensors are read one by one.</summary>
public sealed class SafetensorsReader : ITensorFile
{
    private const long MaximumHeader = 100_000_000;
    private const string Remedy = "write it again";
    private readonly FileStream _stream;
    private readonly string _path;
    private readonly long _dataOffset;
    private readonly Dictionary<string, Entry> _entries;

    private SafetensorsReader(string path, FileStream stream, long dataOffset, List<Entry> entries, Dictionary<string, string> metadata)
    {
        _path = path;
        _stream = stream;
        _dataOffset = dataOffset;
        _entries = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        Names = [.. entries.OrderBy(entry => entry.Begin).Select(entry => entry.Name)];
        Metadata = metadata;
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; }

    /// <summary>The file's own notes (<c>__metadata__</c>).</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its head against its length.</summary>
    /// <exception cref="InvalidFileException">The file is absent, no safetensors file, cut, or contradicts itself.</exception>
    public static SafetensorsReader Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return Open(path, stream);
        }
        catch (Exception error) when (error is JsonException or EndOfStreamException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            stream.Dispose();
            throw new InvalidFileException(path, "is not a .safetensors file", Remedy);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="InvalidFileException">There is none of this name.</exception>
    public (ElementType Type, long[] Shape) Header(string name) => (Find(name).Type, Find(name).Shape);

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidFileException">There is none of this name, or it is larger than 2 GiB.</exception>
    public NdArray Read(string name)
    {
        Entry entry = Find(name);
        if (entry.End - entry.Begin > Array.MaxLength) throw new InvalidFileException(_path, $"holds {name} of more than 2 GiB", "split it");
        byte[] data = new byte[entry.End - entry.Begin];
        lock (_stream)
        {
            _stream.Position = _dataOffset + entry.Begin;
            _stream.ReadExactly(data);
        }
        return new NdArray(entry.Type, entry.Shape, data);
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private Entry Find(string name) => _entries.TryGetValue(name, out Entry? entry)
        ? entry
        : throw new InvalidFileException(_path, $"has no tensor named {name}", "check the name");

    private static SafetensorsReader Open(string path, FileStream stream)
    {
        byte[] length = new byte[8];
        stream.ReadExactly(length);
        ulong headLength = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headLength > MaximumHeader || (long)headLength > stream.Length - 8)
            throw new InvalidFileException(path, $"states a head of {headLength} bytes in a file of {stream.Length}", Remedy);
        byte[] head = new byte[headLength];
        stream.ReadExactly(head);
        using JsonDocument json = JsonDocument.Parse(head);
        List<Entry> entries = [];
        Dictionary<string, string> metadata = [];
        HashSet<string> names = [];
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
        {
            if (!names.Add(property.Name)) throw new InvalidFileException(path, $"names {property.Name} twice", Remedy);
            if (property.Name != "__metadata__") entries.Add(ReadEntry(property, path));
            else foreach (JsonProperty note in property.Value.EnumerateObject()) metadata[note.Name] = note.Value.GetString() ?? "";
        }
        CheckLayout(entries, stream.Length - 8 - (long)headLength, path);
        return new SafetensorsReader(path, stream, 8 + (long)headLength, entries, metadata);
    }

    private static Entry ReadEntry(JsonProperty property, string path)
    {
        string code = property.Value.GetProperty("dtype").GetString() ?? "";
        if (!SafetensorsWriter.TypeOf(code, out ElementType type))
            throw new InvalidFileException(path, $"holds {property.Name} of type {code}, which is unknown", Remedy);
        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        JsonElement offsets = property.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2) throw new InvalidFileException(path, $"gives {property.Name} no two offsets", Remedy);
        long begin = offsets[0].GetInt64(), end = offsets[1].GetInt64();
        if (begin < 0 || end < begin || type.Bytes(shape) != end - begin)
            throw new InvalidFileException(path, $"gives {property.Name} {end - begin} bytes, which do not fit its shape [{string.Join(", ", shape)}]", Remedy);
        return new Entry(property.Name, type, shape, begin, end);
    }

    /// <summary>The tensors fill the data without hole or overlap.</summary>
    private static void CheckLayout(List<Entry> entries, long dataLength, string path)
    {
        long at = 0;
        foreach (Entry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != at) throw new InvalidFileException(path, $"leaves a hole or overlap before {entry.Name}", Remedy);
            at = entry.End;
        }
        if (at != dataLength) throw new InvalidFileException(path, $"holds {dataLength} bytes of data where its head asks for {at}", Remedy);
    }

    private sealed record Entry(string Name, ElementType Type, long[] Shape, long Begin, long End);
}
