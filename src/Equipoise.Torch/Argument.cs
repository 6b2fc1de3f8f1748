using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>One argument of an operator: a tensor, number, list, generator, nothing, or the schema's default.</summary>
public readonly struct Argument
{
    private Argument(ValueTag tag, object? reference = null, long integer = 0, double number = 0)
    {
        Tag = tag;
        Reference = reference;
        Integer = integer;
        Number = number;
    }

    internal ValueTag Tag { get; }

    internal object? Reference { get; }

    internal long Integer { get; }

    internal double Number { get; }

    /// <summary>Nothing, where an argument is optional.</summary>
    public static Argument None => new(ValueTag.None);

    /// <summary>What the operator's schema gives when the argument is left out.</summary>
    public static Argument Default => new(ValueTag.Default);

    /// <summary>A tensor, or nothing.</summary>
    public static implicit operator Argument(Tensor? tensor) => tensor is null ? None : new(ValueTag.Tensor, tensor);

    /// <summary>An integer.</summary>
    public static implicit operator Argument(long value) => new(ValueTag.Int, integer: value);

    /// <summary>A number.</summary>
    public static implicit operator Argument(double value) => new(ValueTag.Double, number: value);

    /// <summary>A truth value.</summary>
    public static implicit operator Argument(bool value) => new(ValueTag.Bool, integer: value ? 1 : 0);

    /// <summary>An element type.</summary>
    public static implicit operator Argument(DType value) => (long)value;

    /// <summary>Where a result is to lie.</summary>
    public static implicit operator Argument(Device value) => new(ValueTag.Device, integer: value.Index, number: value.Type);

    /// <summary>A list of integers.</summary>
    public static implicit operator Argument(long[] values) => new(ValueTag.IntList, values);

    /// <summary>A list of numbers.</summary>
    public static implicit operator Argument(double[] values) => new(ValueTag.DoubleList, values);

    /// <summary>A list of tensors.</summary>
    public static implicit operator Argument(Tensor[] values) => new(ValueTag.TensorList, values);

    /// <summary>A random generator, or libtorch's own.</summary>
    public static implicit operator Argument(Generator? generator) => generator is null ? None : new(ValueTag.Generator, generator);

    /// <summary>A text.</summary>
    public static implicit operator Argument(string text) => new(ValueTag.String, text);

    /// <summary>A list of tensors some of which may be absent, as indexing wants it.</summary>
    public static Argument Optional(params Tensor?[] values) => new(ValueTag.OptionalTensorList, values);

    /// <summary>For messages: what stands here.</summary>
    public override string ToString() => Tag switch
    {
        ValueTag.Int => $"{Integer}",
        ValueTag.Double => FormattableString.Invariant($"{Number}"),
        ValueTag.Bool => Integer != 0 ? "true" : "false",
        ValueTag.IntList => $"[{string.Join(", ", (long[])Reference!)}]",
        ValueTag.TensorList or ValueTag.OptionalTensorList => $"[{string.Join<object?>(", ", (Tensor?[])Reference!)}]",
        ValueTag.None or ValueTag.Default => Tag.ToString().ToLowerInvariant(),
        _ => Reference?.ToString() ?? Tag.ToString(),
    };
}
