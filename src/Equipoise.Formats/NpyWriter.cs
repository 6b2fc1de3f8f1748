namespace Equipoise.Formats;

/// <summary>Writes a <c>.npy</c> file row by row: beside its target, renamed when complete.</summary>
public sealed class NpyWriter : IDisposable
{
    private readonly AtomicFile _file;
    private readonly ElementType _type;
    private readonly long[] _rowShape;
    private readonly long _rowBytes;
    private readonly int _headLength;
    private long _bytes;

    /// <summary>Begins a file whose rows have this type and shape.</summary>
    public NpyWriter(string path, ElementType type, ReadOnlySpan<long> rowShape)
    {
        _type = type;
        _rowShape = rowShape.ToArray();
        _rowBytes = type.Bytes(rowShape);
        byte[] head = NpyHeader.Write(type, [0, .. _rowShape]);
        _headLength = head.Length;
        _file = new AtomicFile(path);
        _file.Stream.Write(head);
    }

    /// <summary>Appends one or more whole rows.</summary>
    /// <exception cref="ArgumentException">The bytes are no whole rows.</exception>
    public void Append(ReadOnlySpan<byte> rows)
    {
        if (_rowBytes > 0 && rows.Length % _rowBytes != 0)
            throw new ArgumentException($"NpyWriter.Append: {rows.Length} bytes are no whole rows of {_rowBytes}");
        _file.Stream.Write(rows);
        _bytes += rows.Length;
    }

    /// <summary>Writes the number of rows into the head and puts the file in its place.</summary>
    public void Complete()
    {
        byte[] head = NpyHeader.Write(_type, [_rowBytes == 0 ? 0 : _bytes / _rowBytes, .. _rowShape]);
        if (head.Length != _headLength) throw new InvalidOperationException("the head of the array grew past the room left for it");
        _file.Stream.Position = 0;
        _file.Stream.Write(head);
        _file.Complete();
    }

    /// <summary>Writes a whole array at once.</summary>
    public static void Write(string path, NdArray array)
    {
        using AtomicFile file = new(path);
        file.Stream.Write(NpyHeader.Write(array.Type, array.Shape));
        file.Stream.Write(array.Data);
        file.Complete();
    }

    /// <summary>A whole array as the bytes of a <c>.npy</c> file.</summary>
    public static byte[] ToBytes(NdArray array) => [.. NpyHeader.Write(array.Type, array.Shape), .. array.Data];

    /// <summary>Leaves nothing behind where <see cref="Complete"/> was not reached.</summary>
    public void Dispose() => _file.Dispose();
}
