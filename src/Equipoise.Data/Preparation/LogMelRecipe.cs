using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>
/// Sound as Kaldi's log-mel filterbank (HTK mel scale, Hann window of 25 ms, no dither, no energy), cut or filled with
/// zero frames, then normalised: <c>(1, bins, frames)</c>.
/// </summary>
/// <param name="Rate">Samples per second after resampling.</param>
/// <param name="Bins">Mel bins.</param>
/// <param name="Frames">Frames kept.</param>
/// <param name="Shift">Milliseconds from frame to frame.</param>
/// <param name="Centre">Whether the sound's mean is subtracted first.</param>
/// <param name="Mean">Subtracted after filling, so filled frames become −mean/deviation.</param>
/// <param name="Deviation">Divides after that.</param>
internal sealed record LogMelRecipe(int Rate, int Bins, int Frames, double Shift, bool Centre, double Mean, double Deviation) : Recipe
{
    private static readonly Dictionary<string, LogMelRecipe> Presets = new()
    {
        ["plain"] = new(16_000, 128, 1024, 10, true, 0, 1),
        ["cav-mae"] = new(16_000, 128, 1024, 10, true, -5.081, 4.4849),
        // AudioSet's mean, and twice its deviation.
        ["kinetics-sounds"] = new(16_000, 128, 1024, 10, true, -4.503877, 2 * 5.141276),
    };

    internal override ModalityKind Kind => ModalityKind.Spectrogram;

    internal override long[] Shape => [1, Bins, Frames];

    internal override ElementType Type => ElementType.Float32;

    internal static LogMelRecipe Read(YamlMap map)
    {
        LogMelRecipe start = Presets[map.Choice("preset", "plain", Presets.Keys)];
        return new LogMelRecipe(
            map.Integer("rate", start.Rate, 1000, 192_000),
            map.Integer("bins", start.Bins, 4, 512),
            map.Integer("frames", start.Frames, 1, 100_000),
            map.Number("shift", start.Shift, 1, 1000),
            map.Flag("centre", start.Centre),
            map.Number("mean", start.Mean, -1000, 1000),
            map.Number("deviation", start.Deviation, 1e-6, 1000));
    }

    internal override JsonObject ToJson() => new()
    {
        ["type"] = "log-mel",
        ["rate"] = Rate,
        ["bins"] = Bins,
        ["frames"] = Frames,
        ["shift"] = Shift,
        ["centre"] = Centre,
        ["mean"] = Mean,
        ["deviation"] = Deviation,
    };

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation) =>
        [.. MediaDecoder.Decode([.. files.Select(file => SoundSpec.Request(file, Rate))], cancellation).Select(Transform)];

    private Decoded Transform(Decoded sound)
    {
        if (sound.Data is not { } raw) return sound;
        float[]? mel = MelFilterbank.Normalised(MemoryMarshal.Cast<byte, float>(raw), this);
        return mel is null
            ? new Decoded(null, "is shorter than one window of 25 ms")
            : new Decoded(MemoryMarshal.AsBytes(mel.AsSpan()).ToArray(), null);
    }
}
