using System.Collections.Concurrent;
using System.Globalization;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Preparation;

/// <summary>Small real files, made on the spot.</summary>
internal static class RawMedia
{
    private static readonly ConcurrentDictionary<int, byte[]> Videos = new();

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A sound with several frequencies and noise.</summary>
    internal static float[] Sound(int samples, ulong seed = 1)
    {
        SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, samples).Select(i => (float)(0.3 * Math.Sin(i * 0.05) + 0.1 * Math.Sin(i * 0.7) + 0.05 * random.NextGaussian()))];
    }

    internal static string Wav(string path, int rate = 8000, int samples = 4000, ulong seed = 1)
    {
        WavFile.Write(path, new WavAudio(rate, 1, [.. Sound(samples, seed).Select(value => (short)(value * 32767))]));
        return path;
    }

    /// <summary>A video of one second at five frames a second, each frame lighter than the one before, with sound.</summary>
    internal static string Video(string path, int frequency = 300)
    {
        File.WriteAllBytes(path, Videos.GetOrAdd(frequency, MakeVideo));
        return path;
    }

    internal static void Picture(string path, string colour) => Ffmpeg("-f", "lavfi", "-i", $"color=c={colour}:s=20x20:d=1:r=1", "-frames:v", "1", path);

    /// <summary>A folder with <c>dataset.yaml</c> whose recipes are small; the manifest is given.</summary>
    internal static string Dataset(TempFolder folder, params IEnumerable<string> manifest)
    {
        File.WriteAllLines(folder["manifest.csv"], manifest);
        File.WriteAllText(folder["dataset.yaml"], """
            name: small
            classes: [cat, dog]
            manifest: manifest.csv
            modalities:
              audio: {recipe: {type: log-spectrogram, rate: 8000, seconds: 0.5, n_fft: 128, hop: 64}}
              visual: {kind: video, recipe: {type: frames, rate: 2.5, frames: 2, size: [8, 10], colour: grey}}
            """);
        return folder["dataset.yaml"];
    }

    private static byte[] MakeVideo(int frequency)
    {
        using TempFolder folder = new();
        Ffmpeg(
            "-f", "lavfi", "-i", "color=c=black:s=32x24:r=5:d=1,format=gray,geq=lum='40+40*N'",
            "-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"sine=frequency={frequency}:duration=1"),
            "-c:v", "mpeg4", "-q:v", "2", "-c:a", "aac", folder["video.mp4"]);
        return File.ReadAllBytes(folder["video.mp4"]);
    }

    internal static void Ffmpeg(params string[] arguments)
    {
        ProgramResult result = ExternalProgram.Ffmpeg.Run(["-nostdin", "-v", "error", "-y", .. arguments], Stop);
        Assert.True(result.ExitCode == 0, result.Messages);
    }
}
