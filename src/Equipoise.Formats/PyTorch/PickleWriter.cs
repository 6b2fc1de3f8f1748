using System.Globalization;
using System.Text;

namespace Equipoise.Formats;

/// <summary>Writes the pickle of a state dict, protocol 2, in the instructions that <see cref="PickleMachine"/> reads.</summary>
internal sealed class PickleWriter
{
    private readonly List<byte> _bytes = [];

    /// <summary>An <c>OrderedDict</c> whose n-th tensor is all of the storage named n.</summary>
    internal static byte[] StateDict(IReadOnlyList<KeyValuePair<string, NdArray>> tensors)
    {
        PickleWriter writer = new();
        writer.Codes(0x80, 2);
        writer.EmptyOrderedDict();
        writer.Codes('(');
        for (int i = 0; i < tensors.Count; i++)
        {
            writer.Text(tensors[i].Key);
            writer.Tensor(tensors[i].Value, i.ToString(CultureInfo.InvariantCulture));
        }
        writer.Codes('u', '.');
        return [.. writer._bytes];
    }

    /// <summary><c>torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())</c></summary>
    private void Tensor(NdArray array, string key)
    {
        Global("torch._utils", "_rebuild_tensor_v2");
        Codes('(', '(');
        Text("storage");
        Global("torch", StorageOf(array.Type));
        Text(key);
        Text("cpu");
        Integer(array.Data.Length / array.Type.Size());
        Codes('t', 'Q');
        Integer(0);
        Integers(array.Shape);
        Integers(Strides(array.Shape));
        Codes(0x89);
        EmptyOrderedDict();
        Codes('t', 'R');
    }

    private void EmptyOrderedDict()
    {
        Global("collections", "OrderedDict");
        Codes(')', 'R');
    }

    private void Integers(long[] values)
    {
        Codes('(');
        foreach (long value in values) Integer(value);
        Codes('t');
    }

    private void Integer(long value)
    {
        Codes(0x8a, 8);
        _bytes.AddRange(BitConverter.GetBytes(value));
    }

    private void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Codes('X');
        _bytes.AddRange(BitConverter.GetBytes(bytes.Length));
        _bytes.AddRange(bytes);
    }

    private void Global(string module, string name) => _bytes.AddRange(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    private void Codes(params ReadOnlySpan<int> codes)
    {
        foreach (int code in codes) _bytes.Add((byte)code);
    }

    private static long[] Strides(long[] shape)
    {
        long[] strides = new long[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--) strides[d] = d == shape.Length - 1 ? 1 : strides[d + 1] * Math.Max(1, shape[d + 1]);
        return strides;
    }

    private static string StorageOf(ElementType type) => TorchNames.StorageOf(type)
        ?? throw new NotSupportedException($"PyTorch has no tensors of type {type}");
}
