using Equipoise.Torch;

namespace Equipoise.Data.Preparation;

/// <summary>The short-time Fourier transform as a picture of sound.</summary>
internal static class Spectrum
{
    private static readonly Operator HannWindow = Operator.Get("aten::hann_window", "periodic");
    private static readonly Operator MeanPool = Operator.Get("aten::avg_pool2d");

    /// <summary>log(|S| + floor), pooled: <c>F · T</c> values, frequency first.</summary>
    internal static float[] Logarithmic(ReadOnlySpan<float> sound, LogSpectrogramRecipe recipe)
    {
        using TensorScope scope = TensorScope.Begin();
        float[] padded = Pad(sound, recipe.FftSize / 2, recipe.Padding == "reflect");
        Tensor window = HannWindow.Call((long)recipe.FftSize, true);
        Tensor spectrum = Ops.Stft(Tensor.From(padded, 1, padded.Length), recipe.FftSize, recipe.Hop, recipe.FftSize, window);
        Tensor logarithms = (spectrum.Abs() + recipe.Floor).Log();
        long[] pool = [recipe.Pool[0], recipe.Pool[1]];
        return (pool is [1, 1] ? logarithms : MeanPool.Call(logarithms, pool, pool)).Contiguous().ToArray<float>();
    }

    private static float[] Pad(ReadOnlySpan<float> sound, int margin, bool reflect)
    {
        float[] padded = new float[sound.Length + 2 * margin];
        sound.CopyTo(padded.AsSpan(margin));
        for (int i = 1; reflect && i <= margin; i++)
        {
            padded[margin - i] = sound[i];
            padded[margin + sound.Length - 1 + i] = sound[sound.Length - 1 - i];
        }
        return padded;
    }
}
