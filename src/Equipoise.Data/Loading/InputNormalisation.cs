using System.Runtime.InteropServices;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>What is subtracted from an input and what it is divided by: per channel for pictures, one pair otherwise.</summary>
/// <param name="Mean">One number, or one per channel.</param>
/// <param name="Std">As many, above 0.</param>
public sealed record InputNormalisation(double[] Mean, double[] Std)
{
    /// <summary>ImageNet's usual constants, for pictures of three channels.</summary>
    public static InputNormalisation ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    /// <summary>What is subtracted from each of so many channels.</summary>
    internal float[] Shifts(int channels) => [.. Enumerable.Range(0, channels).Select(c => (float)Mean[Mean.Length == 1 ? 0 : c])];

    /// <summary>What each of so many channels is multiplied by afterwards.</summary>
    internal float[] Scales(int channels) => [.. Enumerable.Range(0, channels).Select(c => (float)(1 / Std[Std.Length == 1 ? 0 : c]))];

    /// <summary>Mean and standard deviation of a modality over a split (after <c>uint8</c> is divided by 255), absent and zeroed samples and what only fills a sequence up left out; ids of text stay as they are.</summary>
    public static InputNormalisation Compute(PackSplit split, PackModality modality)
    {
        if (modality.Kind == ModalityKind.Text) return new InputNormalisation([0], [1]);
        int channels = modality.IsPicture ? (int)modality.Channels : 1;
        double[] sum = new double[channels], squares = new double[channels];
        byte[] row = new byte[modality.Type.Bytes(modality.Shape)];
        float[] values = new float[modality.Elements];
        bool[]? real = RealPositions.Known(split, modality) ? new bool[modality.Shape[0]] : null;
        long counted = 0;
        for (int i = 0; i < split.Count; i++)
        {
            if (split.IsEmpty(modality.Name, i)) continue;
            split.ReadRow(modality.Name, i, row);
            Elements.ToFloat(row, modality.Type, values);
            if (real is not null) RealPositions.Read(split, modality, i, real);
            for (int e = 0, c = 0; e < values.Length; e++, c = c + 1 == channels ? 0 : c + 1)
            {
                if (real is not null && !real[e / modality.Shape[1]]) continue;
                sum[c] += values[e];
                squares[c] += (double)values[e] * values[e];
            }
            counted += real is null ? modality.Elements / channels : real.Count(there => there) * modality.Shape[1];
        }
        double count = Math.Max(1, counted);
        double[] mean = [.. sum.Select(total => total / count)];
        double[] std = [.. squares.Select((total, c) => Math.Sqrt(Math.Max(0, total / count - mean[c] * mean[c])))];
        return new InputNormalisation(mean, [.. std.Select(value => value > 1e-12 ? value : 1)]);
    }
}

/// <summary>Elements of any type as floats, <c>uint8</c> divided by 255.</summary>
internal static class Elements
{
    private static readonly float[] Bytes = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    internal static void ToFloat(ReadOnlySpan<byte> bytes, ElementType type, Span<float> values)
    {
        switch (type)
        {
            case ElementType.UInt8:
                for (int i = 0; i < values.Length; i++) values[i] = Bytes[bytes[i]];
                break;
            case ElementType.Float32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case ElementType.Float64: Convert<double>(bytes, values); break;
            case ElementType.Float16: Convert<Half>(bytes, values); break;
            case ElementType.Int8: Convert<sbyte>(bytes, values); break;
            case ElementType.Int16: Convert<short>(bytes, values); break;
            case ElementType.UInt16: Convert<ushort>(bytes, values); break;
            case ElementType.Int32: Convert<int>(bytes, values); break;
            case ElementType.UInt32: Convert<uint>(bytes, values); break;
            case ElementType.Int64: Convert<long>(bytes, values); break;
            case ElementType.UInt64: Convert<ulong>(bytes, values); break;
            case ElementType.Bool:
                for (int i = 0; i < values.Length; i++) values[i] = bytes[i] != 0 ? 1 : 0;
                break;
            default: throw new NotSupportedException($"inputs of type {type} are not read");
        }
    }

    /// <summary>Token numbers of any whole type.</summary>
    internal static void ToLong(ReadOnlySpan<byte> bytes, ElementType type, Span<long> values)
    {
        if (type == ElementType.Int64)
        {
            MemoryMarshal.Cast<byte, long>(bytes).CopyTo(values);
            return;
        }
        float[] numbers = new float[values.Length];
        ToFloat(bytes, type, numbers);
        float unit = type == ElementType.UInt8 ? 255 : 1;
        for (int i = 0; i < values.Length; i++) values[i] = (long)MathF.Round(numbers[i] * unit);
    }

    private static void Convert<T>(ReadOnlySpan<byte> bytes, Span<float> values) where T : unmanaged, System.Numerics.INumberBase<T>
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(bytes);
        for (int i = 0; i < values.Length; i++) values[i] = float.CreateTruncating(from[i]);
    }
}
