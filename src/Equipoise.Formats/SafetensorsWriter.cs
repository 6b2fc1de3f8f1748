using System.Buffers.Binary;
using System.Text.Json;

namespace Equipoise.Formats;

/// <summary>Writes <c>.safetensors</c> files: beside the target, renamed when whole.</summary>
public static class SafetensorsWriter
{
    private static readonly (string Code, ElementType Type)[] Codes =
    [
        ("BOOL", ElementType.Bool), ("U8", ElementType.UInt8), ("I8", ElementType.Int8), ("U16", ElementType.UInt16),
        ("I16", ElementType.Int16), ("U32", ElementType.UInt32), ("I32", ElementType.Int32), ("U64", ElementType.UInt64),
        ("I64", ElementType.Int64), ("F16", ElementType.Float16), ("BF16", ElementType.BFloat16),
        ("F32", ElementType.Float32), ("F64", ElementType.Float64),
    ];

    /// <summary>Writes tensors in the given order.</summary>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NdArray>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        KeyValuePair<string, NdArray>[] list = [.. tensors];
        byte[] head = Head(list, metadata);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, head.Length);
        using AtomicFile file = new(path);
        file.Stream.Write(length);
        file.Stream.Write(head);
        foreach (var (_, array) in list) file.Stream.Write(array.Data);
        file.Complete();
    }

    internal static bool TypeOf(string code, out ElementType type)
    {
        foreach (var pair in Codes)
            if (pair.Code == code)
            {
                type = pair.Type;
                return true;
            }
        type = default;
        return false;
    }

    private static byte[] Head(KeyValuePair<string, NdArray>[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (name, text) in metadata) json.WriteString(name, text);
                json.WriteEndObject();
            }
            long at = 0;
            foreach (var (name, array) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", Codes.First(pair => pair.Type == array.Type).Code);
                json.WriteStartArray("shape");
                foreach (long size in array.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += array.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (stream.Length % 8 != 0) stream.WriteByte((byte)' ');
        return stream.ToArray();
    }
}
