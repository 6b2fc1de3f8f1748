using System.Buffers.Binary;
using System.IO.Compression;

namespace Equipoise.Formats;

/// <summary>Arrays in MNIST's idx format, plain or gzipped; big endian on disk, little endian in memory.</summary>
public static class IdxFile
{
    private const string Remedy = "download it again";

    private static readonly Dictionary<byte, ElementType> Types = new()
    {
        [0x08] = ElementType.UInt8,
        [0x09] = ElementType.Int8,
        [0x0B] = ElementType.Int16,
        [0x0C] = ElementType.Int32,
        [0x0D] = ElementType.Float32,
        [0x0E] = ElementType.Float64,
    };

    /// <summary>Whether the format has a type of elements.</summary>
    public static bool Holds(ElementType type) => Types.ContainsValue(type);

    /// <summary>Writes a whole file, not gzipped.</summary>
    /// <param name="path">Where; written beside it and renamed when whole.</param>
    /// <param name="array">At most 255 dimensions, of a type that the format has.</param>
    /// <exception cref="NotSupportedException">The format has no such type.</exception>
    public static void Write(string path, NdArray array)
    {
        if (!Holds(array.Type)) throw new NotSupportedException($"idx files hold no {array.Type}");
        using AtomicFile file = new(path);
        file.Stream.Write([0, 0, Types.First(pair => pair.Value == array.Type).Key, checked((byte)array.Shape.Length)]);
        byte[] size = new byte[4];
        foreach (long length in array.Shape)
        {
            BinaryPrimitives.WriteUInt32BigEndian(size, checked((uint)length));
            file.Stream.Write(size);
        }
        file.Stream.Write(Swapped([.. array.Data], array.Type.Size()));
        file.Complete();
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidFileException">The file is absent, no idx file, or cut.</exception>
    public static NdArray Read(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        using FileStream file = File.OpenRead(path);
        try
        {
            bool gzipped = file.ReadByte() == 0x1f;
            file.Position = 0;
            using Stream stream = gzipped ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(stream, path, file.Length, gzipped);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidFileException(path, "is cut or damaged", Remedy);
        }
    }

    private static NdArray Read(Stream stream, string path, long fileLength, bool gzipped)
    {
        byte[] magic = new byte[4];
        stream.ReadExactly(magic);
        if (magic[0] != 0 || magic[1] != 0 || !Types.TryGetValue(magic[2], out ElementType type)) throw new InvalidFileException(path, "is not an idx file", Remedy);
        if (magic[3] is 0 or > 8) throw new InvalidFileException(path, $"has {magic[3]} dimensions", Remedy);
        long[] shape = new long[magic[3]];
        byte[] size = new byte[4];
        for (int i = 0; i < shape.Length; i++)
        {
            stream.ReadExactly(size);
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(size);
        }
        long bytes = type.Bytes(shape);
        if (bytes < 0 || bytes > Array.MaxLength) throw new InvalidFileException(path, "states an absurd shape", Remedy);
        if (gzipped) Deflated.Check(path, bytes, fileLength);
        else if (bytes > fileLength) throw new EndOfStreamException();
        byte[] data = new byte[bytes];
        stream.ReadExactly(data);
        return stream.ReadByte() < 0 ? new NdArray(type, shape, Swapped(data, type.Size())) : throw new EndOfStreamException();
    }

    private static byte[] Swapped(byte[] data, int size)
    {
        for (int i = 0; size > 1 && i < data.Length; i += size) data.AsSpan(i, size).Reverse();
        return data;
    }
}
