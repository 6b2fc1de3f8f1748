using System.Buffers.Binary;
using System.IO.Compression;

namespace Equipoise.Formats;

/// <summary>Arrays in MNIST's idx format, plain or gzipped; big endian on disk, little endian in memory.</summary>
public static class IdxFile
{
    private const string Remedy = "download it again";

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
        ElementType type = (magic[0], magic[1], magic[2]) switch
        {
            (0, 0, 0x08) => ElementType.UInt8,
            (0, 0, 0x09) => ElementType.Int8,
            (0, 0, 0x0B) => ElementType.Int16,
            (0, 0, 0x0C) => ElementType.Int32,
            (0, 0, 0x0D) => ElementType.Float32,
            (0, 0, 0x0E) => ElementType.Float64,
            _ => throw new InvalidFileException(path, "is not an idx file", Remedy),
        };
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
        return stream.ReadByte() < 0 ? new NdArray(type, shape, ToLittleEndian(data, type.Size())) : throw new EndOfStreamException();
    }

    private static byte[] ToLittleEndian(byte[] data, int size)
    {
        for (int i = 0; size > 1 && i < data.Length; i += size) data.AsSpan(i, size).Reverse();
        return data;
    }
}
