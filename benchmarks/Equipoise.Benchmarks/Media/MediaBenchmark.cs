namespace Equipoise.Benchmarks;

/// <summary>How fast media become packs, and packs become batches.</summary>
internal static class MediaBenchmark
{
    private const int Workers = 2;

    internal static IEnumerable<Row> Rows(string folder, int rounds, string? only = null)
    {
        using MediaEpoch epoch = new(folder);
        Clips clips = epoch.Source;
        if (only is null or "prepare")
            yield return Row.Of(
                Rounds.Compare($"`data prepare` of {Clips.Count} clips: sound and one frame", () => MediaEpoch.Prepare(clips, Path.Combine(folder, "pack")), () => FfmpegAlone(clips), rounds), "ffmpeg alone, a process per clip");
        if (only is null or "epoch")
        {
            using Rival rival = new("media.py", clips.Extracted, $"{MediaEpoch.Samples}", $"{MediaEpoch.BatchSize}", $"{Workers}");
            Action once = epoch.With(Workers);
            yield return Row.Of(
                Rounds.Compare($"an epoch of {MediaEpoch.Samples} spectrograms and pictures, {Workers} workers", () => Rounds.Time(once), () => rival.Run("epoch", 1)[0], rounds, 0.10), "PyTorch `Dataset` that decodes each time");
        }
        if (only is not (null or "waiting")) yield break;
        foreach (Row row in WaitingShare.Rows(epoch.Folder, Path.Combine(folder, "run"))) yield return row;
    }

    /// <summary>The same decoding, a process per clip and as many at a time as there are processors, thrown away.</summary>
    private static double FfmpegAlone(Clips clips) => Rounds.Time(() => Parallel.For(
        0, Clips.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
        i => Clips.Ffmpeg($"-threads 1 -i {Path.Combine(clips.Videos, $"c{i:d3}.mp4")} -ac 1 -ar 22050 -f null - -r 1 -frames:v 1 -f null -")));
}
