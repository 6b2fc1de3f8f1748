using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Data.Preparation;

namespace Equipoise.Benchmarks;

/// <summary>How fast media become packs, and packs become batches.</summary>
internal static class MediaBenchmark
{
    private const int Times = 10, EpochSamples = Clips.Train * Times, BatchSize = 16, Workers = 2;

    private static readonly (string, string)[] Settings =
    [
        ("model.modalities.audio.encoder.type", "resnet18"),
        ("model.modalities.visual.encoder.type", "resnet18"),
        ("model.modalities.visual.input.mean", "imagenet"),
        ("model.modalities.visual.input.augment", "[random-resized-crop, flip]"),
    ];

    internal static void Run(TextWriter output, string folder, int rounds, string? only)
    {
        string pack = Path.Combine(folder, "pack"), repeated = Path.Combine(folder, "repeated");
        Clips clips = new(folder);
        Prepare(clips, pack);
        RepeatedPack.Write(pack, repeated, Times);
        Tables.Heading(output);
        if (only is null or "prepare")
            Tables.Comparisons(output, "prepare", "ffmpeg alone", $"s for {Clips.Count} clips", [Rounds.Compare("prepare: sound and one frame of each clip", () => Prepare(clips, pack), () => FfmpegAlone(clips), rounds)]);
        if (only is null or "epoch") Tables.Comparisons(output, "pack", "media decoded again", $"s for {EpochSamples} samples", [Epoch(clips, repeated, rounds)]);
        if (only is null or "waiting") WaitingShare.Measure(output, repeated, Path.Combine(folder, "run"), Settings);
    }

    private static double Prepare(Clips clips, string pack)
    {
        if (Directory.Exists(pack)) Directory.Delete(pack, recursive: true);
        return Rounds.Time(() => Preparer.Prepare(Path.Combine(clips.Videos, "dataset.yaml"), pack));
    }

    /// <summary>The same decoding, a process per clip and as many at a time as there are processors, thrown away.</summary>
    private static double FfmpegAlone(Clips clips) => Rounds.Time(() => Parallel.For(
        0, Clips.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
        i => Clips.Ffmpeg($"-threads 1 -i {Path.Combine(clips.Videos, $"c{i:d3}.mp4")} -ac 1 -ar 22050 -f null - -r 1 -frames:v 1 -f null -")));

    /// <summary>An epoch of batches, each sample cropped at random, mirrored and normalised, from the second epoch on.</summary>
    private static Comparison Epoch(Clips clips, string pack, int rounds)
    {
        using Rival rival = new("media.py", clips.Extracted, $"{EpochSamples}", $"{BatchSize}", $"{Workers}");
        using Pack opened = Pack.Open(pack);
        using RunConfig config = new RunConfigReader().Override(settings: Settings).Resolve(opened);
        Loader loader = new(opened.Split("train"), config.Inputs, new LoaderOptions { BatchSize = BatchSize, Augment = true, Workers = Workers, Sampling = Sampling.Shuffled });
        int epoch = 0;
        return Rounds.Compare(
            $"an epoch of spectrograms 1×257×188 and pictures 3×224×224, {Workers} workers", () => Rounds.Time(() => Deliver(loader, epoch++)), () => rival.Run("epoch", 1)[0], rounds, target: 0.10);
    }

    private static void Deliver(Loader loader, int epoch)
    {
        foreach (Batch batch in loader.Epoch(epoch)) batch.Dispose();
    }
}
