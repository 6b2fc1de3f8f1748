using Equipoise.Data.Manifests;
using Equipoise.Data.Media;

namespace Equipoise.Data.Preparation;

/// <summary>Turns samples into rows, a chunk per ffmpeg process and a process per processor; rows come in order.</summary>
internal sealed class SamplePreparer(
    IReadOnlyList<KeyValuePair<string, Recipe>> recipes, PreparationOptions options, int total, RowStore? store, CancellationToken cancellation)
{
    private const int ChunkSize = 40;
    private readonly SampleKeys _keys = new(recipes);
    private readonly List<SkippedSample> _skipped = [];
    private int _done;
    private int _taken;

    /// <summary>Samples that were left out so far.</summary>
    internal IReadOnlyList<SkippedSample> Skipped => _skipped;

    /// <summary>Samples whose rows were there already.</summary>
    internal int Taken => _taken;

    /// <summary>Prepares the samples of one split and appends them.</summary>
    /// <exception cref="ProblemException">A file cannot be decoded and broken ones are not to be skipped.</exception>
    internal void Fill(PackSplitWriter split, IReadOnlyList<ManifestSample> samples)
    {
        foreach (ManifestSample[][] wave in samples.Chunk(ChunkSize).Chunk(Environment.ProcessorCount))
        {
            Prepared[]?[] rows = new Prepared[wave.Length][];
            Workers.Run([.. Enumerable.Range(0, wave.Length)], i =>
            {
                rows[i] = PrepareChunk(wave[i]);
                options.Progress?.Report((Interlocked.Add(ref _done, wave[i].Length), total));
            }, cancellation);
            Append(split, [.. rows.SelectMany(chunk => chunk!)]);
        }
    }

    private Prepared[] PrepareChunk(ManifestSample[] samples)
    {
        Prepared[] rows = [.. samples.Select(sample => new Prepared(sample, store is null ? "" : _keys.Of(sample)))];
        foreach (Prepared row in rows) row.Rows = store?.Find(row.Key, recipes);
        Prepared[] open = [.. rows.Where(row => row.Rows is null)];
        Interlocked.Add(ref _taken, rows.Length - open.Length);
        foreach (var (modality, recipe) in recipes)
        {
            Prepared[] present = [.. open.Where(row => row.Sample.Files[modality] is not null)];
            Decoded[] decoded = recipe.Prepare([.. present.Select(row => row.Sample.Files[modality]!)], cancellation);
            for (int i = 0; i < present.Length; i++) present[i].Parts[modality] = decoded[i];
        }
        foreach (Prepared row in open.Where(row => row.Failure is null)) row.Rows = BytesOf(row);
        store?.Keep([.. open.Where(row => row.Rows is not null).Select(row => (row.Key, row.Rows!))]);
        return rows;
    }

    private void Append(PackSplitWriter split, Prepared[] rows)
    {
        ProblemList problems = new();
        foreach (Prepared row in rows)
        {
            if (row.Failure is not { } failure)
            {
                split.Append(row.Sample.Id, row.Sample.Label, row.Sample.Group, row.Rows!, store is null ? null : row.Key);
                continue;
            }
            string file = row.Sample.Files[failure.Key]!;
            _skipped.Add(new SkippedSample(row.Sample.Id, split.Name, file, failure.Value.Failure!));
            if (!options.SkipBroken) problems.Add(file, failure.Value.Failure!, $"repair it (sample {row.Sample.Id}), or leave it out with --on-error skip");
        }
        problems.ThrowIfAny();
    }

    /// <summary>The bytes of each modality and of what goes with it.</summary>
    private Dictionary<string, byte[]?> BytesOf(Prepared row)
    {
        Dictionary<string, byte[]?> bytes = row.Parts.ToDictionary(part => part.Key, part => part.Value.Data);
        foreach (var (modality, recipe) in recipes)
            if (row.Parts.TryGetValue(modality, out Decoded part) && part.Companions is { } companions)
                for (int i = 0; i < companions.Count; i++) bytes[$"{modality}.{recipe.Companions[i].Name}"] = companions[i];
        return bytes;
    }

    private sealed record Prepared(ManifestSample Sample, string Key)
    {
        internal Dictionary<string, Decoded> Parts { get; } = [];

        internal Dictionary<string, byte[]?>? Rows { get; set; }

        internal KeyValuePair<string, Decoded>? Failure =>
            Parts.Where(part => part.Value.Failure is not null).Select(part => (KeyValuePair<string, Decoded>?)part).FirstOrDefault();
    }
}
