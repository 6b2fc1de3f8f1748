using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Equipoise.Data;

/// <summary>
/// Reads a view of a picture of bytes in one pass: crops, resizes bilinearly, mirrors, normalises and moves the channels to the front. A view of the
/// whole picture gives exactly <c>(byte / 255 − mean) / std</c>.
/// </summary>
/// <param name="height">Pixels.</param>
/// <param name="width">Pixels.</param>
/// <param name="channels">Channels.</param>
/// <param name="normalisation">Mean and standard deviation.</param>
internal sealed class PictureReader(int height, int width, int channels, InputNormalisation normalisation)
{
    private const float White = 255;
    private readonly float[] _row = new float[width * channels + 4];
    private readonly (int Low, int High, float Fraction)[] _columns = new (int, int, float)[width];
    private readonly float[] _shift = [.. normalisation.Shifts(channels)];
    private readonly float[] _scale = [.. normalisation.Scales(channels)];

    /// <summary>A reader of the pictures, or of the frames, of a modality.</summary>
    internal static PictureReader Of(ModalityInput input)
    {
        var (_, height, width, channels) = BatchLayout.Geometry(input.Modality);
        return new PictureReader(height, width, channels, input.Normalisation);
    }

    /// <summary>Reads one picture.</summary>
    /// <param name="picture"><c>(H, W, C)</c>, bytes.</param>
    /// <param name="view">What is looked at.</param>
    /// <param name="into">Where its first channel begins; the others follow <paramref name="plane"/> values apart.</param>
    /// <param name="plane">Values from one channel to the next.</param>
    internal void Read(ReadOnlySpan<byte> picture, PictureView view, Span<float> into, int plane)
    {
        bool whole = view.Height == height && view.Width == width;
        for (int x = 0; x < width; x++)
        {
            int at = view.Mirrored ? width - 1 - x : x;
            var (low, high, fraction) = whole ? (at, at, 0) : PictureView.Between(at, width, view.Left, view.Width);
            _columns[x] = (low * channels, high * channels, fraction);
        }
        int line = width * channels;
        for (int y = 0; y < height; y++)
        {
            if (whole) ToUnit(picture.Slice(y * line, line), _row);
            else
            {
                var (low, high, fraction) = PictureView.Between(y, height, view.Top, view.Height);
                Blend(picture.Slice(low * line, line), picture.Slice(high * line, line), fraction, _row);
            }
            if (channels == 3) PlaceColours(whole, into[(y * width)..], plane);
            else Place(whole, into[(y * width)..], plane);
        }
    }

    private void Place(bool whole, Span<float> into, int plane, int from = 0)
    {
        for (int c = 0; c < channels; c++)
        {
            Span<float> line = into.Slice(c * plane, width);
            float shift = _shift[c], scale = _scale[c];
            for (int x = from; x < line.Length; x++)
            {
                var (low, high, fraction) = _columns[x];
                float value = _row[low + c];
                if (!whole) value += (_row[high + c] - value) * fraction;
                line[x] = (value - shift) * scale;
            }
        }
    }

    /// <summary>The same for three channels, two pixels with all their colours at a time.</summary>
    private void PlaceColours(bool whole, Span<float> into, int plane)
    {
        Vector128<float> shift = Vector128.Create(_shift[0], _shift[1], _shift[2], 0), scale = Vector128.Create(_scale[0], _scale[1], _scale[2], 0);
        Vector256<float> shifts = Vector256.Create(shift, shift), scales = Vector256.Create(scale, scale);
        Vector256<int> byColour = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        Span<double> red = Pairs(into[..width]), green = Pairs(into.Slice(plane, width)), blue = Pairs(into.Slice(2 * plane, width));
        ref float row = ref MemoryMarshal.GetArrayDataReference(_row);
        for (int pair = 0; pair < red.Length; pair++)
        {
            var (low, high, fraction) = _columns[2 * pair];
            var (nextLow, nextHigh, nextFraction) = _columns[2 * pair + 1];
            Vector256<float> value = Two(ref row, low, nextLow);
            if (!whole) value += (Two(ref row, high, nextHigh) - value) * Vector256.Create(Vector128.Create(fraction), Vector128.Create(nextFraction));
            Vector256<double> colours = Vector256.Shuffle((value - shifts) * scales, byColour).AsDouble();
            (red[pair], green[pair], blue[pair]) = (colours[0], colours[1], colours[2]);
        }
        if (width % 2 == 1) Place(whole, into, plane, width - 1);
    }

    private static Vector256<float> Two(ref float row, int first, int second) => Vector256.Create(Vector128.LoadUnsafe(ref row, (nuint)first), Vector128.LoadUnsafe(ref row, (nuint)second));

    /// <summary>Two neighbouring values as one of eight bytes; what is left over stays out.</summary>
    private static Span<double> Pairs(Span<float> values) => MemoryMarshal.Cast<float, double>(values);

    private static void ToUnit(ReadOnlySpan<byte> line, Span<float> row)
    {
        int i = 0;
        for (; i <= line.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Span<float> to = row.Slice(i, Vector<byte>.Count);
            Four values = Widen(line[i..]);
            (values.A / White).CopyTo(to);
            (values.B / White).CopyTo(to[Vector<float>.Count..]);
            (values.C / White).CopyTo(to[(2 * Vector<float>.Count)..]);
            (values.D / White).CopyTo(to[(3 * Vector<float>.Count)..]);
        }
        for (; i < line.Length; i++) row[i] = line[i] / White;
    }

    private static void Blend(ReadOnlySpan<byte> above, ReadOnlySpan<byte> below, float fraction, Span<float> row)
    {
        float low = (1 - fraction) / White, high = fraction / White;
        int i = 0;
        for (; i <= above.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Span<float> to = row.Slice(i, Vector<byte>.Count);
            Four a = Widen(above[i..]), b = Widen(below[i..]);
            (a.A * low + b.A * high).CopyTo(to);
            (a.B * low + b.B * high).CopyTo(to[Vector<float>.Count..]);
            (a.C * low + b.C * high).CopyTo(to[(2 * Vector<float>.Count)..]);
            (a.D * low + b.D * high).CopyTo(to[(3 * Vector<float>.Count)..]);
        }
        for (; i < above.Length; i++) row[i] = above[i] * low + below[i] * high;
    }

    private static Four Widen(ReadOnlySpan<byte> bytes)
    {
        Vector.Widen(new Vector<byte>(bytes), out Vector<ushort> low, out Vector<ushort> high);
        Vector.Widen(low, out Vector<uint> a, out Vector<uint> b);
        Vector.Widen(high, out Vector<uint> c, out Vector<uint> d);
        return new Four(Vector.ConvertToSingle(Vector.AsVectorInt32(a)), Vector.ConvertToSingle(Vector.AsVectorInt32(b)), Vector.ConvertToSingle(Vector.AsVectorInt32(c)), Vector.ConvertToSingle(Vector.AsVectorInt32(d)));
    }

    private readonly ref struct Four(Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d)
    {
        internal readonly Vector<float> A = a, B = b, C = c, D = d;
    }
}
