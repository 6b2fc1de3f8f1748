using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Equipoise.Formats;

/// <summary>The head of a <c>.npy</c> file (numpy format 1.0 to 3.0): element type, shape, where the data begins.</summary>
internal sealed partial record NpyHeader(ElementType Type, long[] Shape, long DataOffset)
{
    private const int MaximumLength = 1 << 16;
    private const string Remedy = "write it again with numpy.save";

    private static readonly (string Code, ElementType Type)[] Codes =
    [
        ("|b1", ElementType.Bool), ("|u1", ElementType.UInt8), ("|i1", ElementType.Int8),
        ("<u2", ElementType.UInt16), ("<i2", ElementType.Int16), ("<u4", ElementType.UInt32), ("<i4", ElementType.Int32),
        ("<u8", ElementType.UInt64), ("<i8", ElementType.Int64),
        ("<f2", ElementType.Float16), ("<f4", ElementType.Float32), ("<f8", ElementType.Float64),
    ];

    /// <summary>Reads the head from the start of a stream, which then stands at the data.</summary>
    internal static NpyHeader Read(Stream stream, string path)
    {
        byte[] start = new byte[12];
        if (stream.ReadAtLeast(start.AsSpan(0, 10), 10, throwOnEndOfStream: false) < 10 || !start.AsSpan(0, 6).SequenceEqual(Magic))
            throw new InvalidFileException(path, "is not a .npy file", Remedy);
        if (start[6] is < 1 or > 3) throw new InvalidFileException(path, $"has .npy version {start[6]}, which is unknown", Remedy);
        int prefix = start[6] == 1 ? 10 : 12;
        bool whole = stream.ReadAtLeast(start.AsSpan(10, prefix - 10), prefix - 10, throwOnEndOfStream: false) == prefix - 10;
        long length = prefix == 10 ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (length > MaximumLength) throw new InvalidFileException(path, $"has a head of {length} bytes", Remedy);
        byte[] text = new byte[length];
        if (!whole || stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
            throw new InvalidFileException(path, "ends within its head", Remedy);
        return Parse(Encoding.Latin1.GetString(text), prefix + length, path);
    }

    /// <summary>The head of version 1.0 for an array of this type and shape, padded so that it can be rewritten in place.</summary>
    internal static byte[] Write(ElementType type, ReadOnlySpan<long> shape)
    {
        string code = Codes.FirstOrDefault(pair => pair.Type == type).Code
            ?? throw new NotSupportedException($"numpy has no element type for {type}");
        string sizes = string.Concat(shape.ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture) + ", ")).TrimEnd();
        if (shape.Length > 1) sizes = sizes.TrimEnd(',');
        string text = $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({sizes}), }}";
        int total = (10 + text.Length + 24 + 63) / 64 * 64;
        byte[] head = new byte[total];
        Magic.CopyTo(head);
        head[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), (ushort)(total - 10));
        head.AsSpan(10).Fill((byte)' ');
        Encoding.Latin1.GetBytes(text, head.AsSpan(10));
        head[^1] = (byte)'\n';
        return head;
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static NpyHeader Parse(string text, long dataOffset, string path)
    {
        Match descr = DescrPattern().Match(text), order = OrderPattern().Match(text), shape = ShapePattern().Match(text);
        if (!descr.Success || !order.Success || !shape.Success) throw new InvalidFileException(path, "has a head that cannot be read", Remedy);
        string code = descr.Groups[1].Value.Replace('=', '<');
        ElementType? type = null;
        foreach (var pair in Codes)
            if (pair.Code == code || (pair.Type.Size() == 1 && code.Length == 3 && pair.Code[1..] == code[1..])) type = pair.Type;
        if (type is null) throw new InvalidFileException(path, $"holds elements of type {code}", "store numbers or truth values, little endian");
        if (order.Groups[1].Value == "True") throw new InvalidFileException(path, "is in Fortran order", "save numpy.ascontiguousarray(array)");
        List<long> sizes = [];
        foreach (string part in shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                throw new InvalidFileException(path, $"has the size {part}", Remedy);
            sizes.Add(size);
        }
        if (sizes.Count > 32 || type.Value.Bytes([.. sizes]) < 0) throw new InvalidFileException(path, "has an absurd shape", Remedy);
        return new NpyHeader(type.Value, [.. sizes], dataOffset);
    }

    [GeneratedRegex(@"['""]descr['""]\s*:\s*['""]([^'""]{1,8})['""]")]
    private static partial Regex DescrPattern();

    [GeneratedRegex(@"['""]fortran_order['""]\s*:\s*(True|False)")]
    private static partial Regex OrderPattern();

    [GeneratedRegex(@"['""]shape['""]\s*:\s*\(([0-9L,\s]*)\)")]
    private static partial Regex ShapePattern();
}
