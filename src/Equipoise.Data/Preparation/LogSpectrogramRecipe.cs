using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>Sound as the logarithm of the magnitudes of a short-time Fourier transform, <c>(1, F, T)</c>.</summary>
/// <param name="Sound">Rate and length.</param>
/// <param name="FftSize">Samples per window (periodic Hann).</param>
/// <param name="Hop">Samples from window to window.</param>
/// <param name="Padding">How the ends are padded by half a window: <c>reflect</c> or <c>zeros</c>.</param>
/// <param name="Floor">Added before the logarithm.</param>
/// <param name="Pool">Mean over blocks of so many bins and frames; what is left at the ends is dropped.</param>
internal sealed record LogSpectrogramRecipe(SoundSpec Sound, int FftSize, int Hop, string Padding, double Floor, IReadOnlyList<int> Pool) : Recipe
{
    private static readonly Dictionary<string, LogSpectrogramRecipe> Presets = new()
    {
        ["crema-d"] = new(new SoundSpec(22_050, 3, "tile", "start"), 512, 353, "reflect", 1e-7, [1, 1]),
        ["vggsound"] = new(new SoundSpec(16_000, 5, "tile", "middle"), 256, 128, "reflect", 1e-7, [1, 1]),
    };

    internal override ModalityKind Kind => ModalityKind.Spectrogram;

    internal override long[] Shape => [1, (FftSize / 2 + 1) / Pool[0], (Sound.Samples / Hop + 1) / Pool[1]];

    internal override ElementType Type => ElementType.Float32;

    internal static LogSpectrogramRecipe Read(YamlMap map)
    {
        LogSpectrogramRecipe start = Presets[map.Choice("preset", "crema-d", Presets.Keys)];
        LogSpectrogramRecipe recipe = new(
            SoundSpec.Read(map, start.Sound),
            map.Integer("n_fft", start.FftSize, 16, 16_384),
            map.Integer("hop", start.Hop, 1, 16_384),
            map.Choice("padding", start.Padding, ["reflect", "zeros"]),
            map.Number("floor", start.Floor, 1e-12, 1),
            map.Integers("pool") ?? start.Pool);
        if (recipe.Pool.Count != 2 || recipe.Pool.Any(size => size < 1) || recipe.Shape.Any(size => size < 1))
        {
            map.Problem("pool", "leaves nothing of the spectrogram", "write [bins, frames], such as [2, 2]");
            return start;
        }
        if (recipe.Sound.Samples > recipe.FftSize / 2) return recipe;
        map.Problem("seconds", "is shorter than half a window", "lengthen it or shrink n_fft");
        return start;
    }

    internal override JsonObject ToJson()
    {
        JsonObject json = new() { ["type"] = "log-spectrogram" };
        Sound.Write(json);
        json["n_fft"] = FftSize;
        json["hop"] = Hop;
        json["padding"] = Padding;
        json["floor"] = Floor;
        json["pool"] = new JsonArray(Pool[0], Pool[1]);
        return json;
    }

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        Decoded[] sounds = MediaDecoder.Decode([.. files.Select(Sound.Request)], cancellation);
        return [.. sounds.Select(sound => sound.Data is { } raw
            ? new Decoded(MemoryMarshal.AsBytes(Spectrum.Logarithmic(Sound.Apply(raw), this).AsSpan()).ToArray(), null)
            : sound)];
    }
}
