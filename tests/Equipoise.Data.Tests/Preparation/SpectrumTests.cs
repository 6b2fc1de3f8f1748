using System.Runtime.InteropServices;
using Equipoise.Data.Preparation;
using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data.Tests.Preparation;

public sealed class SpectrumTests
{
    [Theory]
    [InlineData("preset: crema-d", 257, 188, 512, 353, "reflect")]
    [InlineData("preset: vggsound", 129, 626, 256, 128, "reflect")]
    [InlineData("{preset: vggsound, padding: zeros}", 129, 626, 256, 128, "constant")]
    public void Log_spectrograms_are_those_of_torch(string yaml, int bins, int frames, int fft, int hop, string padding)
    {
        LogSpectrogramRecipe recipe = LogSpectrogramRecipe.Read(YamlMap.Parse(yaml, "test", new ProblemList()));
        Assert.Equal([1, bins, frames], recipe.Shape);
        float[] sound = RawMedia.Sound(recipe.Sound.Samples);
        AssertNear(sound, Spectrum.Logarithmic(sound, recipe), $"""
            s = torch.stft(x, {fft}, {hop}, window=torch.hann_window({fft}), center=True, pad_mode='{padding}', return_complex=True)
            y = (s.abs() + 1e-7).log()
            """);
    }

    [Fact]
    public void Pooling_takes_means_of_blocks()
    {
        LogSpectrogramRecipe recipe = LogSpectrogramRecipe.Read(YamlMap.Parse(
            "{rate: 8000, seconds: 1, n_fft: 256, hop: 128, floor: 0.001, pool: [4, 2]}", "test", new ProblemList()));
        Assert.Equal([1, 32, 31], recipe.Shape);
        float[] sound = RawMedia.Sound(8000);
        AssertNear(sound, Spectrum.Logarithmic(sound, recipe), """
            s = torch.stft(x, 256, 128, window=torch.hann_window(256), return_complex=True)
            y = torch.nn.functional.avg_pool2d((s.abs() + 1e-3).log()[None, None], (4, 2))
            """);
    }

    [Fact]
    public void Ogm_fact_9_silence_becomes_the_logarithm_of_the_floor()
    {
        LogSpectrogramRecipe recipe = LogSpectrogramRecipe.Read(YamlMap.Parse("preset: crema-d", "test", new ProblemList()));
        Assert.All(Spectrum.Logarithmic(new float[66_150], recipe), value => Assert.Equal(-16.118096f, value, 1e-5f));
    }

    [Theory]
    [InlineData("crema-d", 257, 188)]
    [InlineData("vggsound", 129, 626)]
    public void Ogm_fact_9_a_sound_of_any_length_gives_the_papers_shape(string preset, int bins, int frames)
    {
        LogSpectrogramRecipe recipe = LogSpectrogramRecipe.Read(YamlMap.Parse($"preset: {preset}", "test", new ProblemList()));
        Assert.Equal([1, bins, frames], recipe.Shape);
        foreach (double seconds in (double[])[1, 1.7, 3, 5, 12])
        {
            byte[] raw = MemoryMarshal.AsBytes(RawMedia.Sound((int)(seconds * recipe.Sound.Rate)).AsSpan()).ToArray();
            float[] spectrogram = Spectrum.Logarithmic(recipe.Sound.Apply(raw), recipe);
            Assert.Equal(bins * frames, spectrogram.Length);
            Assert.DoesNotContain(spectrogram, value => !float.IsFinite(value));
        }
    }

    [Fact]
    public void Filterbanks_are_those_of_torchaudio()
    {
        LogMelRecipe recipe = LogMelRecipe.Read(YamlMap.Parse("preset: plain", "test", new ProblemList()));
        float[] sound = RawMedia.Sound(20_000);
        using TensorScope scope = TensorScope.Begin();
        AssertNear(sound, MelFilterbank.Logarithmic(sound, recipe)!.ToArray<float>(), """
            import torchaudio
            y = torchaudio.compliance.kaldi.fbank((x - x.mean())[None], htk_compat=True, sample_frequency=16000, use_energy=False,
                window_type='hanning', num_mel_bins=128, dither=0.0, frame_shift=10)
            """);
    }

    [Fact]
    public void Ogm_fact_9_a_short_sound_is_filled_with_frames_that_were_zero_before_normalising()
    {
        LogMelRecipe recipe = LogMelRecipe.Read(YamlMap.Parse("preset: kinetics-sounds", "test", new ProblemList()));
        float[] mel = MelFilterbank.Normalised(RawMedia.Sound(16_000), recipe)!;
        Assert.Equal(128 * 1024, mel.Length);
        Assert.Equal(0.4380116f, mel[1023], 1e-6f);
        Assert.NotEqual(0.4380116f, mel[0], 1e-3f);
    }

    [Fact]
    public void Normalisation_of_cav_mae_takes_off_its_mean_and_divides_by_its_deviation()
    {
        LogMelRecipe plain = LogMelRecipe.Read(YamlMap.Parse("preset: plain", "test", new ProblemList()));
        LogMelRecipe recipe = LogMelRecipe.Read(YamlMap.Parse("preset: cav-mae", "test", new ProblemList()));
        float[] raw = MelFilterbank.Normalised(RawMedia.Sound(16_000), plain)!, mel = MelFilterbank.Normalised(RawMedia.Sound(16_000), recipe)!;
        Assert.Equal(raw.Select(value => (float)((value + 5.081) / 4.4849)), mel, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Sound_is_tiled_padded_or_cut_to_length()
    {
        byte[] raw = MemoryMarshal.AsBytes<float>([.1f, .2f, .3f]).ToArray();
        Assert.Equal([.1f, .2f, .3f, .1f, .2f], new SoundSpec(10, 0.5, "tile", "start").Apply(raw));
        Assert.Equal([.1f, .2f, .3f, 0, 0], new SoundSpec(10, 0.5, "pad", "start").Apply(raw));
        Assert.Equal([.2f], new SoundSpec(10, 0.1, "tile", "middle").Apply(raw));
        Assert.Equal([.1f, .2f], new SoundSpec(10, 0.2, "tile", "start").Apply(raw));
    }

    private static void AssertNear(float[] sound, float[] ours, string formula)
    {
        using TempFolder folder = new();
        NpyWriter.Write(folder["x.npy"], NdArray.From<float>(sound, sound.Length));
        PythonOracle.Run($"""
            import sys, numpy as np, torch
            x = torch.from_numpy(np.load(sys.argv[1]))
            {formula.ReplaceLineEndings("\n")}
            np.save(sys.argv[2], np.ascontiguousarray(y.numpy()))
            """, folder["x.npy"], folder["y.npy"]);
        using NpyReader reader = NpyReader.Open(folder["y.npy"]);
        Span<float> theirs = reader.ReadAll().As<float>();
        Assert.Equal(theirs.Length, ours.Length);
        float worst = 0;
        for (int i = 0; i < ours.Length; i++) worst = Math.Max(worst, Math.Abs(ours[i] - theirs[i]) / Math.Max(1, Math.Abs(theirs[i])));
        Assert.InRange(worst, 0, 1e-4);
    }
}
