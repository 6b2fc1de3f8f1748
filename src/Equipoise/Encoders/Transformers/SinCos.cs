using Equipoise.Torch;

namespace Equipoise.Encoders.Transformers;

/// <summary>Fixed positions: <c>[sin(pos ω) ‖ cos(pos ω)]</c> with ω_j = 10000^(−j/(D/2)), sines before cosines (M3AE, MAE).</summary>
internal static class SinCos
{
    /// <summary>Positions in a row, <c>[1, length, width]</c>; the width is even.</summary>
    internal static Tensor Line(long length, long width) => Table(length, width, (position, d) => Value(position, d, width), length);

    /// <summary>Positions on a grid, row by row, <c>[1, rows · columns, width]</c>: the first half of the width tells the column, the second the row; the width divides by 4.</summary>
    internal static Tensor Grid(long rows, long columns, long width) => Table(rows * columns, width,
        (position, d) => d < width / 2 ? Value(position % columns, d, width / 2) : Value(position / columns, d - width / 2, width / 2), rows * columns);

    private static double Value(long position, long d, long width)
    {
        long half = width / 2;
        double angle = position * Math.Pow(10000, -(d % half) / (double)half);
        return d < half ? Math.Sin(angle) : Math.Cos(angle);
    }

    private static Tensor Table(long count, long width, Func<long, long, double> value, long positions)
    {
        float[] values = new float[count * width];
        for (long p = 0; p < count; p++)
            for (long d = 0; d < width; d++) values[p * width + d] = (float)value(p, d);
        return Tensor.From(values, 1, positions, width);
    }
}
