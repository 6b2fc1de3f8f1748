using System.IO.Compression;

namespace Equipoise.Formats;

/// <summary>
/// A <c>.npz</c> file opened for reading; arrays are read one by one. What the zip's directory says is checked against the file, and each
/// array's length against its own head, before memory is taken for it.
/// </summary>
public sealed class NpzReader : ITensorFile
{
    private const string Remedy = "write it again with numpy.savez";
    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    private NpzReader(string path, ZipArchive zip, long fileLength)
    {
        (_path, _zip) = (path, zip);
        Int128 compressed = 0, claimed = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
            if (!_entries.TryAdd(name, entry)) throw new InvalidFileException(path, $"holds two arrays named {name}", "keep one");
            (compressed, claimed) = (compressed + entry.CompressedLength, claimed + entry.Length);
            Deflated.Check($"{path}[{name}]", entry.Length, entry.CompressedLength);
        }
        if (compressed > fileLength) throw new InvalidFileException(path, "holds arrays that lie over each other", Remedy);
        Deflated.Check(path, claimed, fileLength);
        Names = [.. _entries.Keys];
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidFileException">It is absent, no zip, cut, or claims what cannot be.</exception>
    public static NpzReader Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return Guarded(path, () => new NpzReader(path, new ZipArchive(stream, ZipArchiveMode.Read), stream.Length));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is an array of this name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Type and shape of an array; its values are not read.</summary>
    /// <exception cref="InvalidFileException">There is none of this name, or it holds something else.</exception>
    public (ElementType Type, long[] Shape) Header(string name) => Guarded(_path, () =>
    {
        using Stream stream = Find(name).Open();
        NpyHeader header = Head(stream, name);
        return (header.Type, header.Shape);
    });

    /// <summary>Reads an array.</summary>
    /// <exception cref="InvalidFileException">There is none of this name, it holds something else, or more than 2 GiB.</exception>
    public NdArray Read(string name) => Guarded(_path, () =>
    {
        using Stream stream = Find(name).Open();
        NpyHeader header = Head(stream, name);
        byte[] data = new byte[header.Type.Bytes(header.Shape)];
        stream.ReadExactly(data);
        return new NdArray(header.Type, header.Shape, data);
    });

    /// <inheritdoc />
    public void Dispose() => _zip.Dispose();

    private NpyHeader Head(Stream stream, string name)
    {
        NpyHeader header = NpyHeader.Read(stream, Of(name));
        long bytes = header.Type.Bytes(header.Shape);
        if (bytes > Array.MaxLength) throw new InvalidFileException(Of(name), "is larger than 2 GiB", "split it");
        if (_entries[name].Length - header.DataOffset != bytes) throw new InvalidFileException(Of(name), "holds more or fewer bytes than its shape asks for", Remedy);
        return header;
    }

    private ZipArchiveEntry Find(string name) => _entries.TryGetValue(name, out ZipArchiveEntry? entry)
        ? entry
        : throw new InvalidFileException(_path, $"has no array named {name}", "check the name");

    private string Of(string name) => $"{_path}[{name}]";

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException or IOException)
        {
            throw new InvalidFileException(path, "is not a whole .npz file", Remedy);
        }
    }
}
