using System.Buffers.Binary;
using System.Text;

namespace Equipoise.Formats;

/// <summary>The bytes of a pickle; nothing is taken into memory that the file does not hold.</summary>
/// <param name="stream">A stream that knows its length.</param>
internal sealed class PickleInput(Stream stream)
{
    private const int LongestLine = 1000;
    private readonly byte[] _few = new byte[8];

    /// <summary>Where the next byte is.</summary>
    internal long Position => stream.Position;

    internal byte Byte() => Few(1)[0];

    internal ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Few(2));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Few(4));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Few(4));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Few(8));

    internal double Double() => BinaryPrimitives.ReadDoubleBigEndian(Few(8));

    internal string Text(long length) => Encoding.UTF8.GetString(Bytes(length));

    internal byte[] Bytes(long length)
    {
        if (length < 0 || length > stream.Length - stream.Position) throw new EndOfStreamException();
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The text up to the end of the line, which is consumed.</summary>
    internal string Line()
    {
        StringBuilder text = new();
        for (byte letter; (letter = Byte()) != '\n';)
        {
            if (text.Length >= LongestLine) throw new TorchFileException("holds a name of more than 1000 letters");
            text.Append((char)letter);
        }
        return text.ToString();
    }

    private ReadOnlySpan<byte> Few(int count)
    {
        stream.ReadExactly(_few, 0, count);
        return _few.AsSpan(0, count);
    }
}
