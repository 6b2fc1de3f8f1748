using System.Diagnostics;
using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>Made-up clips of three seconds, 480×360, with sound, and what a reference program takes out of them first: a wav and a JPEG each.</summary>
internal sealed class Clips
{
    /// <summary>How many there are.</summary>
    internal const int Count = 64;

    /// <summary>How many of them are in train.</summary>
    internal const int Train = 48;

    /// <summary>Makes them where they are not there yet.</summary>
    internal Clips(string folder)
    {
        Videos = Path.Combine(folder, "videos");
        Extracted = Path.Combine(folder, "extracted");
        string whole = Path.Combine(folder, "whole");
        if (File.Exists(whole)) return;
        Directory.CreateDirectory(Videos);
        Directory.CreateDirectory(Extracted);
        Parallel.For(0, Count, Make);
        File.WriteAllText(Path.Combine(Videos, "manifest.csv"), "id,split,label,audio,visual\n" + string.Concat(Enumerable.Range(0, Count)
            .Select(i => $"c{i:d3},{(i < Train ? "train" : i % 2 == 0 ? "val" : "test")},{(IsHigh(i) ? "high" : "low")},c{i:d3}.mp4,c{i:d3}.mp4\n")));
        File.WriteAllText(Path.Combine(Videos, "dataset.yaml"), """
            name: clips
            classes: [high, low]
            modalities:
              audio: {recipe: {type: log-spectrogram, preset: crema-d}}
              visual: {recipe: {type: frames, rate: 1, frames: 1, size: [224, 224]}}

            """);
        File.WriteAllText(whole, "");
    }

    /// <summary>The folder of the videos, with a manifest and a <c>dataset.yaml</c>.</summary>
    internal string Videos { get; }

    /// <summary>The folder of wavs and JPEGs.</summary>
    internal string Extracted { get; }

    /// <summary>Runs ffmpeg on arguments that are separated by spaces.</summary>
    internal static void Ffmpeg(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ffmpeg", $"-nostdin -v error -y {arguments}"))!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ffmpeg failed: {arguments}");
    }

    private static bool IsHigh(int i) => i / 2 % 2 == 0;

    private void Make(int i)
    {
        string video = Path.Combine(Videos, $"c{i:d3}.mp4");
        string hue = (i * 360 / Count).ToString(CultureInfo.InvariantCulture), pitch = (IsHigh(i) ? 880 + i : 220 + i).ToString(CultureInfo.InvariantCulture);
        Ffmpeg($"-f lavfi -i testsrc2=size=480x360:rate=25,hue=h={hue},noise=alls=14:allf=t:all_seed={i} -f lavfi -i sine=frequency={pitch}:sample_rate=22050 -t 3 -threads 1 -c:v mpeg4 -q:v 4 -c:a aac {video}");
        Ffmpeg($"-i {video} -ac 1 -ar 22050 {Path.Combine(Extracted, $"c{i:d3}.wav")} -frames:v 1 -q:v 2 {Path.Combine(Extracted, $"c{i:d3}.jpg")}");
    }
}
