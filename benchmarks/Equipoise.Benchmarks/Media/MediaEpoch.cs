using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Data.Preparation;

namespace Equipoise.Benchmarks;

/// <summary>A pack of prepared clips, and an epoch of its batches, each sample cropped at random, mirrored and normalised.</summary>
internal sealed class MediaEpoch : IDisposable
{
    internal const int Samples = Clips.Train * Times, BatchSize = 16;
    private const int Times = 10;

    internal static readonly (string, string)[] Settings =
    [
        ("model.modalities.audio.encoder.type", "resnet18"),
        ("model.modalities.visual.encoder.type", "resnet18"),
        ("model.modalities.visual.input.mean", "imagenet"),
        ("model.modalities.visual.input.augment", "[random-resized-crop, flip]"),
    ];

    private readonly Pack _pack;
    private readonly RunConfig _config;
    private int _epoch;

    /// <summary>Makes clips and prepares them in a folder.</summary>
    internal MediaEpoch(string folder)
    {
        string pack = Path.Combine(folder, "pack");
        Folder = Path.Combine(folder, "repeated");
        Source = new Clips(folder);
        Prepare(Source, pack);
        RepeatedPack.Write(pack, Folder, Times);
        _pack = Pack.Open(Folder);
        _config = new RunConfigReader().Override(settings: Settings).Resolve(_pack);
    }

    /// <summary>The clips.</summary>
    internal Clips Source { get; }

    /// <summary>The pack.</summary>
    internal string Folder { get; }

    /// <summary>Prepares clips anew; the seconds it took.</summary>
    internal static double Prepare(Clips clips, string pack)
    {
        if (Directory.Exists(pack)) Directory.Delete(pack, recursive: true);
        return Rounds.Time(() => Preparer.Prepare(Path.Combine(clips.Videos, "dataset.yaml"), pack));
    }

    /// <summary>What delivers one epoch after the other with so many workers.</summary>
    internal Action With(int workers)
    {
        Loader loader = new(_pack.Split("train"), _config.Inputs, new LoaderOptions { BatchSize = BatchSize, Augment = true, Workers = workers, Sampling = Sampling.Shuffled });
        return () =>
        {
            foreach (Batch batch in loader.Epoch(_epoch++)) batch.Dispose();
        };
    }

    public void Dispose()
    {
        _config.Dispose();
        _pack.Dispose();
    }
}
