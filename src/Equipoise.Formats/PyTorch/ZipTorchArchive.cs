using System.IO.Compression;

namespace Equipoise.Formats;

/// <summary>
/// The zip format: <c>NAME/data.pkl</c> and one entry <c>NAME/data/KEY</c> per storage, stored as they are. A compressed entry is
/// refused, so that nothing in memory is larger than the file.
/// </summary>
internal sealed class ZipTorchArchive : ITorchArchive
{
    private const int LongestPickle = 1 << 28;
    private readonly ZipArchive _zip;
    private readonly long _fileLength;
    private readonly Dictionary<string, ZipArchiveEntry> _storages = new(StringComparer.Ordinal);
    private (string Key, byte[] Bytes) _last = ("", []);

    internal ZipTorchArchive(string path)
    {
        _fileLength = new FileInfo(path).Length;
        _zip = ZipFile.OpenRead(path);
        try
        {
            ZipArchiveEntry pickle = _zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
                ?? throw new TorchFileException("is a zip file without a data.pkl");
            string root = pickle.FullName[..^"data.pkl".Length];
            if (_zip.Entries.Any(entry => entry.FullName.StartsWith(root + "code/", StringComparison.Ordinal)))
                throw new TorchFileException("is a TorchScript program, no state dict");
            if (_zip.GetEntry(root + "byteorder") is { Length: 3 }) throw new TorchFileException("is written in big-endian order");
            foreach (ZipArchiveEntry entry in _zip.Entries.Where(entry => entry.FullName.StartsWith(root + "data/", StringComparison.Ordinal)))
                if (!_storages.TryAdd(entry.FullName[(root.Length + 5)..], entry)) throw new TorchFileException($"holds {entry.Name} twice");
            if (pickle.Length > LongestPickle) throw new TorchFileException("holds a pickle of more than 256 MiB");
            Root = new PickleMachine(new PickleInput(new MemoryStream(Whole(pickle))), new TorchNames()).Run();
        }
        catch
        {
            _zip.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public object? Root { get; }

    /// <summary>Whether a file begins as zip files do.</summary>
    internal static bool Is(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
    }

    /// <inheritdoc />
    public string? Problem(TorchStorage storage)
    {
        if (!_storages.TryGetValue(storage.Key, out ZipArchiveEntry? entry)) return "lies in a storage that the file does not have";
        if (entry.CompressedLength != entry.Length) return "is compressed, as torch.save does not";
        if (entry.Length > _fileLength) return $"lies in a storage of {entry.Length} bytes in a file of {_fileLength}";
        return (Int128)storage.Count * storage.Type.Size() == entry.Length && storage.Offset == 0
            ? null
            : $"lies in a storage of {entry.Length} bytes where {storage.Count} elements are promised";
    }

    /// <inheritdoc />
    public byte[] Read(TorchStorage storage, long offset, int length)
    {
        if (_last.Key != storage.Key) _last = (storage.Key, Whole(_storages[storage.Key]));
        return offset == 0 && length == _last.Bytes.Length ? _last.Bytes : _last.Bytes.AsSpan((int)offset, length).ToArray();
    }

    /// <inheritdoc />
    public void Dispose() => _zip.Dispose();

    /// <summary>The bytes of an entry that is stored as it is: no more than the file holds.</summary>
    private byte[] Whole(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length || entry.Length > Math.Min(_fileLength, Array.MaxLength)) throw new TorchFileException($"holds {entry.Name} compressed, or of more than 2 GiB");
        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }
}
