using Equipoise.Torch;

namespace Equipoise.Replay;

/// <summary>The start that a case describes by a rule instead of a file.</summary>
internal static class Sinusoid
{
    /// <summary>Fills the k-th parameter: <c>sin(0.7 i + 1.3 k)</c> in double precision, scaled by what the parameter is.</summary>
    internal static void Fill(Tensor parameter, string name, int k)
    {
        long[] shape = parameter.Shape;
        double[] values = new double[parameter.Count];
        for (int i = 0; i < values.Length; i++) values[i] = Math.Sin(0.7 * i + 1.3 * k);
        if (shape.Length >= 2) Scale(values, Math.Sqrt(2.0 / (values.Length / (double)shape[0])), 0);
        else if (name.EndsWith("weight", StringComparison.Ordinal)) Scale(values, 0.1, 1);
        else Scale(values, 0.05, 0);
        parameter.CopyInPlace(Tensor.From(values, shape));
    }

    private static void Scale(double[] values, double factor, double offset)
    {
        for (int i = 0; i < values.Length; i++) values[i] = offset + factor * values[i];
    }
}
