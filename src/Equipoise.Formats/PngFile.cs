using System.Buffers.Binary;
using System.IO.Compression;

namespace Equipoise.Formats;

/// <summary>Writes pictures as PNG: eight bits, red, green and blue, no filter. Own code because .NET has no picture format.</summary>
public static class PngFile
{
    /// <summary>Writes a picture.</summary>
    /// <param name="path">Where; an existing file is replaced.</param>
    /// <param name="width">Pixels, at least 1.</param>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="rgb">Three bytes a pixel, row by row from the top.</param>
    /// <exception cref="ArgumentException">The bytes do not fill the picture.</exception>
    public static void Write(string path, int width, int height, ReadOnlySpan<byte> rgb)
    {
        if (width < 1 || height < 1 || rgb.Length != (long)width * height * 3) throw new ArgumentException($"PngFile.Write: {rgb.Length} bytes for {width} by {height} pixels of three");
        using AtomicFile file = new(path);
        file.Stream.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2);
        Chunk(file.Stream, "IHDR"u8, head);
        Chunk(file.Stream, "IDAT"u8, Compressed(width, height, rgb));
        Chunk(file.Stream, "IEND"u8, []);
        file.Complete();
    }

    private static byte[] Compressed(int width, int height, ReadOnlySpan<byte> rgb)
    {
        using MemoryStream bytes = new();
        using (ZLibStream zlib = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rgb.Slice(y * width * 3, width * 3));
            }
        return bytes.ToArray();
    }

    private static void Chunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. type, .. data]));
        stream.Write(number);
    }

    /// <summary>CRC-32 of PNG: bit by bit, which is fast enough for a picture now and then.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
