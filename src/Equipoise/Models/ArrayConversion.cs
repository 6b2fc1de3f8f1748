using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Models;

/// <summary>Between arrays in files and tensors.</summary>
public static class ArrayConversion
{
    private static readonly (ElementType Element, DType Type)[] Pairs =
    [
        (ElementType.Bool, DType.Bool), (ElementType.UInt8, DType.UInt8), (ElementType.Int8, DType.Int8), (ElementType.Int16, DType.Int16),
        (ElementType.Int32, DType.Int32), (ElementType.Int64, DType.Int64), (ElementType.Float16, DType.Float16),
        (ElementType.BFloat16, DType.BFloat16), (ElementType.Float32, DType.Float32), (ElementType.Float64, DType.Float64),
    ];

    /// <summary>A tensor with a copy of an array.</summary>
    /// <exception cref="NotSupportedException">libtorch has no such element type.</exception>
    public static Tensor ToTensor(this NdArray array)
    {
        foreach (var (element, type) in Pairs)
            if (element == array.Type) return Tensor.FromBytes(array.Data, type, array.Shape);
        throw new NotSupportedException($"no tensor holds elements of type {array.Type}");
    }

    /// <summary>An array with a copy of a tensor.</summary>
    public static NdArray ToArray(this Tensor tensor)
    {
        DType type = tensor.Type;
        return new NdArray(Pairs.First(pair => pair.Type == type).Element, tensor.Shape, tensor.ToBytes());
    }
}
