using Microsoft.Win32.SafeHandles;

namespace Equipoise.Formats;

/// <summary>
/// A <c>.npy</c> file opened for reading by rows, from several threads if wanted. A row is read where it stands: unlike a mapping, this neither
/// faults page by page nor draws in what lies around the row, which matters where memory is bounded.
/// </summary>
public sealed class NpyReader : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly NpyHeader _header;

    private NpyReader(string path, NpyHeader header, SafeFileHandle file)
    {
        _path = path;
        _header = header;
        _file = file;
    }

    /// <summary>The type of the elements.</summary>
    public ElementType Type => _header.Type;

    /// <summary>The sizes.</summary>
    public long[] Shape => _header.Shape;

    /// <summary>The size of the first dimension.</summary>
    public long Rows => Shape.Length == 0 ? 1 : Shape[0];

    /// <summary>Bytes of one row.</summary>
    public int RowBytes => checked((int)Type.Bytes(Shape.Length == 0 ? [] : Shape.AsSpan(1)));

    /// <summary>Opens a file and checks its head against its length.</summary>
    /// <exception cref="InvalidFileException">The file is absent, no .npy file, or cut.</exception>
    public static NpyReader Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        NpyHeader header = NpyHeader.Read(stream, path);
        long expected = header.Type.Bytes(header.Shape), found = stream.Length - header.DataOffset;
        if (found != expected)
            throw new InvalidFileException(path, $"holds {found} bytes of data where its shape [{string.Join(", ", header.Shape)}] asks for {expected}", "make it again");
        if (header.Shape.Length > 0 && header.Shape[0] > 0 && expected / header.Shape[0] > int.MaxValue)
            throw new InvalidFileException(path, "has rows of more than 2 GiB", "split them");
        return new NpyReader(path, header, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess));
    }

    /// <summary>Copies one row.</summary>
    /// <param name="row">From 0 to <see cref="Rows"/> − 1.</param>
    /// <param name="into">Exactly <see cref="RowBytes"/> bytes.</param>
    /// <exception cref="InvalidFileException">The file has become shorter meanwhile.</exception>
    public void ReadRow(long row, Span<byte> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (into.Length != RowBytes) throw new ArgumentException($"{_path}: a row has {RowBytes} bytes, room for {into.Length} was given");
        ReadBytes(row * RowBytes, into);
    }

    /// <summary>The whole array.</summary>
    /// <exception cref="InvalidFileException">It is larger than 2 GiB.</exception>
    public NdArray ReadAll()
    {
        long bytes = Type.Bytes(Shape);
        if (bytes > Array.MaxLength) throw new InvalidFileException(_path, "is larger than 2 GiB", "read it by rows");
        byte[] data = new byte[bytes];
        ReadBytes(0, data);
        return new NdArray(Type, Shape, data);
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private void ReadBytes(long offset, Span<byte> into)
    {
        for (int done = 0; done < into.Length;)
        {
            int read = RandomAccess.Read(_file, into[done..], _header.DataOffset + offset + done);
            if (read == 0) throw new InvalidFileException(_path, "has become shorter while it was read", "make it again");
            done += read;
        }
    }
}
