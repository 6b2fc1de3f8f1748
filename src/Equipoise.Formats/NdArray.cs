using System.Runtime.InteropServices;

namespace Equipoise.Formats;

/// <summary>An array in memory: C order, little endian.</summary>
/// <param name="Type">The type of the elements.</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Data">Exactly as many bytes as type and shape ask for.</param>
public sealed record NdArray(ElementType Type, long[] Shape, byte[] Data)
{
    /// <summary>The size of the first dimension; 1 for a scalar.</summary>
    public long Rows => Shape.Length == 0 ? 1 : Shape[0];

    /// <summary>Bytes of one row of the first dimension.</summary>
    public int RowBytes => checked((int)Type.Bytes(Shape.Length == 0 ? [] : Shape.AsSpan(1)));

    /// <summary>An array with a copy of the values.</summary>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public static NdArray From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        ElementType type = ElementTypes.Of<T>();
        byte[] data = MemoryMarshal.AsBytes(values).ToArray();
        if (type.Bytes(shape) != data.Length)
            throw new ArgumentException($"NdArray.From: {values.Length} values do not fill the shape [{string.Join(", ", shape.ToArray())}]");
        return new NdArray(type, shape.ToArray(), data);
    }

    /// <summary>The elements as a span over the data.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the element type.</exception>
    public Span<T> As<T>() where T : unmanaged => ElementTypes.Of<T>() == Type
        ? MemoryMarshal.Cast<byte, T>(Data.AsSpan())
        : throw new InvalidOperationException($"the elements are {Type}, not {typeof(T).Name}");

    /// <summary>The bytes of one row.</summary>
    public ReadOnlySpan<byte> Row(long row) => Data.AsSpan(checked((int)(row * RowBytes)), RowBytes);
}
