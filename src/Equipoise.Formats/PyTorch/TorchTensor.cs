namespace Equipoise.Formats;

/// <summary>The memory that tensors of a file share.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Count">How many elements the file says it has.</param>
/// <param name="Offset">Elements before its first in the storage that bears the key; 0 but for views in files of the old format.</param>
internal sealed record TorchStorage(string Key, ElementType Type, long Count, long Offset);

/// <summary>A view into a storage.</summary>
/// <param name="Storage">Where the elements are.</param>
/// <param name="Offset">The first element.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Strides">Elements from one index to the next, per dimension.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>The number of elements; −1 where it is absurd.</summary>
    internal long Count => ElementType.UInt8.Bytes(Shape);

    /// <summary>What is wrong with the view; null for nothing.</summary>
    internal string? Problem()
    {
        if (Shape.Length != Strides.Length || Shape.Length > 64) return "has as many strides as it has no sizes";
        if (Offset < 0 || Storage.Count < 0 || Storage.Offset < 0 || Strides.Any(stride => stride < 0) || Count < 0) return $"has an impossible shape [{string.Join(", ", Shape)}]";
        if (Count == 0) return null;
        if (Count > Storage.Count) return $"has {Count} elements in a storage of {Storage.Count}";
        Int128 last = Offset;
        for (int d = 0; d < Shape.Length; d++) last += (Int128)(Shape[d] - 1) * Strides[d];
        return last < Storage.Count ? null : $"reaches beyond its storage of {Storage.Count} elements";
    }

    /// <summary>The first and the number of elements that the view spans; it has been checked.</summary>
    internal (long First, long Span) Span()
    {
        long last = Offset;
        for (int d = 0; d < Shape.Length; d++) last += (Shape[d] - 1) * Strides[d];
        return Count == 0 ? (0, 0) : (Offset, last - Offset + 1);
    }

    /// <summary>The elements in C order, from the bytes that the view spans.</summary>
    internal byte[] Gather(byte[] span)
    {
        int size = Storage.Type.Size();
        if (span.Length == Count * size && IsOrdered()) return span;
        byte[] result = new byte[Count * size];
        long[] index = new long[Shape.Length];
        long from = 0;
        for (int to = 0; to < result.Length; to += size)
        {
            span.AsSpan((int)from * size, size).CopyTo(result.AsSpan(to));
            for (int d = Shape.Length - 1; d >= 0; d--)
            {
                from += Strides[d];
                if (++index[d] < Shape[d]) break;
                from -= Strides[d] * Shape[d];
                index[d] = 0;
            }
        }
        return result;
    }

    private bool IsOrdered()
    {
        long expected = 1;
        for (int d = Shape.Length - 1; d >= 0; d--)
        {
            if (Shape[d] != 1 && Strides[d] != expected) return false;
            expected *= Shape[d];
        }
        return true;
    }
}
