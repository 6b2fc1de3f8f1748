using System.Globalization;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Synthesis;

/// <summary>Speaks one word with espeak-ng and mixes it with noise: one second, mono, 16 kHz.</summary>
internal static class Speech
{
    private const int Rate = 16_000;
    private const float Silence = 0.005f;
    private const double Loudness = 0.05;
    private const double Peak = 0.95;

    internal static void Make(ClipPlan plan, ulong seed, string wav, CancellationToken cancellation)
    {
        SpeechPlan speech = plan.Speech;
        string[] arguments =
        [
            "-v", $"{speech.Accent}+{speech.Voice}", "-s", Text(speech.Speed), "-p", Text(speech.Pitch), "-w", wav,
            TalkingDigits.Words[plan.Digit],
        ];
        ProgramResult result = ExternalProgram.Espeak.Run(arguments, cancellation);
        if (result.ExitCode != 0 || !File.Exists(wav))
            throw new ProblemException($"espeak-ng: could not speak {plan.Id} ({result.Messages.Trim()}); run: espeak-ng -w x.wav one");
        WavAudio spoken = WavFile.Read(wav);
        float[] word = Resample(Trim(spoken), spoken.SampleRate);
        WavFile.Write(wav, new WavAudio(Rate, 1, Mix(word, speech, ClipPlan.Stream(seed, "noise", plan.Index))));
    }

    /// <summary>The word in one second of noise: the word's RMS is fixed, the noise's follows from the ratio.</summary>
    internal static short[] Mix(ReadOnlySpan<float> word, SpeechPlan plan, SeededRandom random)
    {
        word = word[..Math.Min(word.Length, Rate)];
        double squares = 0;
        foreach (float value in word) squares += value * value;
        double gain = Loudness / Math.Max(1e-9, Math.Sqrt(squares / Math.Max(1, word.Length)));
        double noise = Loudness * Math.Pow(10, -plan.Snr / 20);
        int start = (int)(plan.Place * (Rate - word.Length));
        double[] mixed = new double[Rate];
        for (int i = 0; i < Rate; i++) mixed[i] = noise * random.NextGaussian();
        for (int i = 0; i < word.Length; i++) mixed[start + i] += gain * word[i];
        double scale = Math.Min(1, Peak / mixed.Max(Math.Abs));
        return [.. mixed.Select(value => (short)Math.Round(value * scale * short.MaxValue))];
    }

    private static float[] Trim(WavAudio audio)
    {
        float[] samples = [.. audio.Samples.Select(sample => sample / 32768f)];
        int first = Array.FindIndex(samples, value => Math.Abs(value) >= Silence);
        return first < 0 ? [] : samples[first..(Array.FindLastIndex(samples, value => Math.Abs(value) >= Silence) + 1)];
    }

    private static float[] Resample(float[] samples, int rate)
    {
        float[] resampled = new float[(int)((long)samples.Length * Rate / rate)];
        for (int i = 0; i < resampled.Length; i++)
        {
            double at = (double)i * rate / Rate;
            int left = Math.Min((int)at, samples.Length - 1), right = Math.Min(left + 1, samples.Length - 1);
            resampled[i] = (float)(samples[left] + (at - left) * (samples[right] - samples[left]));
        }
        return resampled;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
