using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Equipoise.Data.Media;

namespace Equipoise.Data.Preparation;

/// <summary>How sound becomes a fixed number of mono samples.</summary>
/// <param name="Rate">Samples per second after resampling.</param>
/// <param name="Seconds">Length of the result.</param>
/// <param name="Fit">What a shorter sound gets: <c>tile</c> repeats it, <c>pad</c> adds silence at its end.</param>
/// <param name="Cut">Which part of a longer sound is kept: its <c>start</c> or its <c>middle</c>.</param>
internal sealed record SoundSpec(int Rate, double Seconds, string Fit, string Cut)
{
    private const int LongestSeconds = 3600;
    private const double MostSamples = 1 << 27;

    internal int Samples => (int)Math.Round(Rate * Seconds);

    internal static SoundSpec Read(YamlMap map, SoundSpec fallback)
    {
        int rate = map.Integer("rate", fallback.Rate, 1000, 192_000);
        return new SoundSpec(
            rate,
            map.Number("seconds", fallback.Seconds, 0.01, Longest(rate)),
            map.Choice("fit", fallback.Fit, ["tile", "pad"]),
            map.Choice("cut", fallback.Cut, ["start", "middle"]));
    }

    private static double Longest(int rate) => Math.Min(LongestSeconds, Math.Floor(MostSamples / rate));

    internal void Write(JsonObject json)
    {
        json["rate"] = Rate;
        json["seconds"] = Seconds;
        json["fit"] = Fit;
        json["cut"] = Cut;
    }

    /// <summary>ffmpeg's options: mono float samples at the rate, no more than are needed.</summary>
    internal MediaRequest Request(string file) => Request(file, Rate, Cut == "start" ? Seconds : Longest(Rate));

    /// <summary>The whole sound, up to an hour.</summary>
    internal static MediaRequest Request(string file, int rate) => Request(file, rate, Longest(rate));

    private static MediaRequest Request(string file, int rate, double seconds) => new(file, "a:0",
    [
        "-vn", "-ac", "1", "-ar", rate.ToString(CultureInfo.InvariantCulture), "-t", seconds.ToString(CultureInfo.InvariantCulture),
        "-flags", "+bitexact", "-f", "f32le", "-c:a", "pcm_f32le",
    ]);

    /// <summary>Exactly <see cref="Samples"/> samples within [−1, 1].</summary>
    internal float[] Apply(ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<float> sound = MemoryMarshal.Cast<byte, float>(raw);
        if (sound.Length > Samples) sound = sound.Slice(Cut == "middle" ? (sound.Length - Samples) / 2 : 0, Samples);
        float[] fitted = new float[Samples];
        for (int start = 0; start < fitted.Length; start += sound.Length)
        {
            sound[..Math.Min(sound.Length, fitted.Length - start)].CopyTo(fitted.AsSpan(start));
            if (Fit == "pad") break;
        }
        for (int i = 0; i < fitted.Length; i++) fitted[i] = float.IsNaN(fitted[i]) ? 0 : Math.Clamp(fitted[i], -1, 1);
        return fitted;
    }
}
