using Equipoise.Torch;

namespace Equipoise.Data.Preparation;

/// <summary>Kaldi's filterbank, as <c>torchaudio.compliance.kaldi.fbank(htk_compat=True, window_type='hanning', dither=0)</c> computes it.</summary>
internal static class MelFilterbank
{
    private const double WindowMilliseconds = 25, LowestFrequency = 20, PreEmphasis = 0.97, Smallest = 1.1920928955078125e-07;
    private static readonly Operator HannWindow = Operator.Get("aten::hann_window", "periodic");
    private static readonly Operator Unfold = Operator.Get("aten::unfold");
    private static readonly Operator RealFft = Operator.Get("aten::fft_rfft");

    /// <summary>The filterbank cut or filled to the recipe's frames, normalised; bins first. Null where the sound is too short.</summary>
    internal static float[]? Normalised(ReadOnlySpan<float> sound, LogMelRecipe recipe)
    {
        using TensorScope scope = TensorScope.Begin();
        if (Logarithmic(sound, recipe) is not { } mel) return null;
        long frames = Math.Min(mel.Shape[0], recipe.Frames);
        Tensor kept = mel.Narrow(0, 0, frames);
        if (frames < recipe.Frames) kept = Ops.Cat([kept, Tensor.Zeros(recipe.Frames - frames, recipe.Bins)], 0);
        return ((kept - recipe.Mean) / recipe.Deviation).Transpose(0, 1).Contiguous().ToArray<float>();
    }

    /// <summary>All frames, <c>(frames, bins)</c>, not normalised.</summary>
    internal static Tensor? Logarithmic(ReadOnlySpan<float> sound, LogMelRecipe recipe)
    {
        int window = (int)(recipe.Rate * WindowMilliseconds / 1000), shift = (int)(recipe.Rate * recipe.Shift / 1000);
        if (sound.Length < window) return null;
        int fft = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)window);
        Tensor wave = Tensor.From(sound, sound.Length);
        if (recipe.Centre) wave -= wave.Mean();
        Tensor frames = Unfold.Call(wave, 0, window, shift);
        frames -= frames.Mean([1], keep: true);
        Tensor before = Ops.Cat([frames.Narrow(1, 0, 1), frames.Narrow(1, 0, window - 1)], 1);
        frames = (frames - before * PreEmphasis) * HannWindow.Call((long)window, false);
        Tensor power = RealFft.Call(frames, fft).Abs().Pow(2).Narrow(1, 0, fft / 2);
        return power.MatMul(Banks(recipe.Bins, fft, recipe.Rate)).ClampMin(Smallest).Log();
    }

    /// <summary>Triangles on the mel scale, <c>(fft / 2, bins)</c>.</summary>
    private static Tensor Banks(int bins, int fft, int rate)
    {
        double low = Mel(LowestFrequency), step = (Mel(rate / 2.0) - low) / (bins + 1);
        float[] banks = new float[fft / 2 * bins];
        for (int i = 0; i < fft / 2; i++)
            for (int bin = 0; bin < bins; bin++)
            {
                double place = (Mel((double)rate / fft * i) - low) / step - bin;
                banks[i * bins + bin] = (float)Math.Max(0, Math.Min(place, 2 - place));
            }
        return Tensor.From(banks, fft / 2, bins);
    }

    private static double Mel(double frequency) => 1127 * Math.Log(1 + frequency / 700);
}
