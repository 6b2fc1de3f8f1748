using System.Globalization;
using System.Numerics;

namespace Equipoise.Formats;

/// <summary>
/// The format before PyTorch 1.6: five pickles (a magic number, a version, the machine, what was saved, the keys of the storages),
/// then each storage as its number of elements and its bytes.
/// </summary>
internal sealed class LegacyTorchArchive : ITorchArchive
{
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private readonly FileStream _stream;
    private readonly Dictionary<string, (long Position, long Count)> _storages = new(StringComparer.Ordinal);

    internal LegacyTorchArchive(string path)
    {
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16);
        try
        {
            Seen names = new();
            if (_stream.ReadByte() != 0x80) throw new TorchFileException("is no file of PyTorch");
            _stream.Position = 0;
            if (Next(names) is not BigInteger magic || magic != Magic) throw new TorchFileException("is a pickle that torch.save did not write");
            Next(names);
            if ((Next(names) as PickleDict)?.ByName.GetValueOrDefault("little_endian") is false) throw new TorchFileException("is written in big-endian order");
            Root = Next(names);
            foreach (object? key in (Next(names) as PickleList)?.Items ?? throw new TorchFileException("is no whole file of PyTorch")) Locate(key as string ?? "", names);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public object? Root { get; }

    /// <inheritdoc />
    public string? Problem(TorchStorage storage)
    {
        if (!_storages.TryGetValue(storage.Key, out var place)) return "lies in a storage that the file does not have";
        return (Int128)storage.Offset + storage.Count <= place.Count ? null : $"lies in a storage of {place.Count} elements where {storage.Count} are promised";
    }

    /// <inheritdoc />
    public byte[] Read(TorchStorage storage, long offset, int length)
    {
        byte[] bytes = new byte[length];
        lock (_stream)
        {
            _stream.Position = _storages[storage.Key].Position + offset;
            _stream.ReadExactly(bytes);
        }
        return bytes;
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private object? Next(Seen names) => new PickleMachine(new PickleInput(_stream), names).Run();

    private void Locate(string key, Seen names)
    {
        if (!names.Types.TryGetValue(key, out ElementType type)) throw new TorchFileException("holds a storage that no tensor uses");
        long count = new PickleInput(_stream).Int64(), position = _stream.Position;
        if (count < 0 || (Int128)count * type.Size() > _stream.Length - position) throw new EndOfStreamException();
        if (!_storages.TryAdd(key, (position, count))) throw new TorchFileException($"holds the storage {key} twice");
        _stream.Position = position + count * type.Size();
    }

    /// <summary>The usual names, and the type of every storage that is named: the file gives its size in elements.</summary>
    private sealed class Seen : ITorchNames
    {
        private readonly TorchNames _names = new();

        internal Dictionary<string, ElementType> Types { get; } = new(StringComparer.Ordinal);

        public PickleGlobal Find(string module, string name) => _names.Find(module, name);

        public object Make(PickleGlobal called, object?[] arguments) => _names.Make(called, arguments);

        public TorchStorage Storage(object?[] id)
        {
            TorchStorage storage = _names.Storage(id);
            if (Types.TryGetValue(storage.Key, out ElementType known) && known != storage.Type) throw new TorchFileException($"holds the storage {storage.Key} with two types");
            Types[storage.Key] = storage.Type;
            return storage;
        }
    }
}
