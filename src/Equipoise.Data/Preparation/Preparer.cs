using System.Text.Json.Nodes;
using CsvHelper;
using Equipoise.Data.Manifests;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>Prepares raw media as packs: decodes, transforms, writes. The same files give the same bytes.</summary>
public static class Preparer
{
    /// <summary>Prepares a data set as a pack with <c>train</c>, <c>val</c> and <c>test</c>.</summary>
    /// <param name="dataset">A <c>dataset.yaml</c>; see <c>docs/dataset.md</c>.</param>
    /// <param name="packFolder">The pack to make; written beside it and renamed when whole.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellation">Stops the work; what is prepared stays in <c>PACK.rows</c>, and the same call goes on from there.</param>
    /// <exception cref="ProblemException">The description, the manifest or a file is wrong, or ffmpeg is missing.</exception>
    /// <exception cref="InvalidFileException">The description or the manifest does not exist.</exception>
    public static PreparationResult Prepare(
        string dataset, string packFolder, PreparationOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new PreparationOptions();
        List<string> notes = [];
        var (description, splits, recipes) = Plan(dataset, options, notes);
        PackTarget target = new(packFolder, description.Name, description.Classes, recipes);
        string pack = Path.TrimEndingDirectorySeparator(Path.GetFullPath(packFolder));
        bool exists = File.Exists(Path.Combine(pack, "pack.json"));
        if (exists && !options.Update && Unchanged(pack, target, splits) is { } unchanged) return unchanged;
        if (exists && !options.Update) throw new ProblemException($"{packFolder}: exists already, and was made of other files, recipes or parts; make it anew with --update, or name another folder");
        using RowStore store = new($"{pack}.rows", exists && options.Update ? pack : null);
        string[] kept = store.Kept > 0 ? [$"{store.Kept} samples were prepared before an interruption and are taken over"] : [];
        PreparationResult result = Write(target, splits, description.ManifestPath, notes, options, store, cancellation);
        store.Clear();
        return result with { Notes = [.. result.Notes, .. kept] };
    }

    /// <summary>Says what preparing would take, and leaves nothing behind.</summary>
    /// <param name="dataset">A <c>dataset.yaml</c>.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ProblemException">The description or the manifest is wrong, or ffmpeg is missing.</exception>
    public static PreparationEstimate Estimate(string dataset, TimeProvider clock, PreparationOptions? options = null, CancellationToken cancellation = default)
    {
        const int tried = 20;
        var (_, splits, recipes) = Plan(dataset, options ?? new PreparationOptions(), []);
        ManifestSample[] all = [.. splits.SelectMany(split => split.Samples)];
        ManifestSample[] some = [.. Enumerable.Range(0, Math.Min(tried, all.Length)).Select(i => all[(int)((long)i * all.Length / Math.Min(tried, all.Length))])];
        List<string> broken = [];
        long began = clock.GetTimestamp();
        foreach (var (modality, recipe) in recipes)
        {
            string[] cells = [.. some.Select(sample => sample.Files[modality]).OfType<string>()];
            Decoded[] decoded = recipe.Prepare(cells, cancellation);
            broken.AddRange(cells.Zip(decoded).Where(pair => pair.Second.Failure is not null).Select(pair => $"{pair.First}: {pair.Second.Failure}"));
        }
        TimeSpan taken = clock.GetElapsedTime(began);
        string[] files = [.. all.SelectMany(sample => recipes.Where(pair => pair.Value.Cell != CellForm.Text).SelectMany(pair => Paths(sample.Files[pair.Key]))).Distinct()];
        return new PreparationEstimate(
            splits.ToDictionary(split => split.Name, split => split.Samples.Count), files.Length, files.Sum(SizeOf),
            all.Length * recipes.Sum(pair => pair.Value.Type.Bytes(pair.Value.Shape)), taken / some.Length * all.Length / Environment.ProcessorCount, broken);
    }

    /// <summary>Prepares new samples like those of a pack, as a pack with the one split <c>predict</c>.</summary>
    /// <param name="manifest">A <c>manifest.csv</c> with <c>id</c> and one column per modality; <c>label</c> and <c>group</c> may be there.</param>
    /// <param name="packFolder">The pack to make; written beside it and renamed when whole.</param>
    /// <param name="name">The new pack's name.</param>
    /// <param name="classes">The classes of the model.</param>
    /// <param name="modalities">The modalities of the model's own pack, with their recipes.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellation">Stops the work; nothing is left behind.</param>
    /// <exception cref="ProblemException">The manifest or a file is wrong, a recipe or ffmpeg is missing.</exception>
    /// <exception cref="InvalidFileException">The manifest does not exist.</exception>
    public static PreparationResult PreparePrediction(
        string manifest, string packFolder, string name, IReadOnlyList<string> classes, IReadOnlyList<PackModality> modalities,
        PreparationOptions? options = null, CancellationToken cancellation = default)
    {
        ExternalProgram.Ffmpeg.Locate();
        KeyValuePair<string, Recipe>[] recipes = [.. modalities.Select(modality => KeyValuePair.Create(modality.Name, Recipe.FromPack(modality)))];
        ProblemList problems = new();
        List<ManifestSample> samples = ManifestReader.Read(manifest, classes, [.. recipes.Select(pair => (pair.Key, pair.Value.Cell))], training: false, problems);
        problems.ThrowIfAny();
        PackTarget target = new(packFolder, name, classes, recipes);
        return Write(target, [("predict", samples)], manifest, [], options ?? new PreparationOptions(), store: null, cancellation);
    }

    private static (DatasetDescription Description, List<(string Name, List<ManifestSample> Samples)> Splits, KeyValuePair<string, Recipe>[] Recipes) Plan(
        string dataset, PreparationOptions options, List<string> notes)
    {
        ExternalProgram.Ffmpeg.Locate();
        DatasetDescription description = DatasetDescription.Read(dataset, [.. options.Where.Select(RowFilter.Read)]);
        var splits = SplitPlan.Make(description.Samples, description.ManifestPath, options.Seed, notes);
        IReadOnlyList<ManifestSample> train = splits[0].Samples;
        KeyValuePair<string, Recipe>[] recipes =
            [.. description.Recipes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Fit(train.Select(sample => sample.Files[pair.Key]).OfType<string>())))];
        return (description, splits, recipes);
    }

    /// <summary>The result where a pack holds just these samples, made of files and recipes that have not changed; null where it does not.</summary>
    private static PreparationResult? Unchanged(string folder, PackTarget target, List<(string Name, List<ManifestSample> Samples)> splits)
    {
        using Pack pack = Pack.Open(folder);
        SampleKeys keys = new(target.Recipes);
        bool same = pack.Name == target.Name && pack.Classes.SequenceEqual(target.Classes) && splits.TrueForAll(split => pack.Splits.GetValueOrDefault(split.Name) == split.Samples.Count)
            && splits.TrueForAll(split => IsMadeOf(pack.Split(split.Name), split.Samples, keys));
        return same ? new PreparationResult(splits.Sum(split => split.Samples.Count), [], splits.Sum(split => split.Samples.Count), ["nothing has changed: the pack stays as it is"]) : null;
    }

    private static bool IsMadeOf(PackSplit split, List<ManifestSample> samples, SampleKeys keys) => split.Keys is { } known && samples.Select((sample, i) =>
        split.Ids[i] == sample.Id && split.Labels[i] == sample.Label && split.Groups?[i] == sample.Group && known[i] == keys.Of(sample)).All(equal => equal);

    private static IEnumerable<string> Paths(string? cell) => cell is null ? [] : cell.Split('|').Select(part => CellParts.Split(part).File);

    private static long SizeOf(string path) => Directory.Exists(path) ? PictureFiles.In(path).Sum(file => new FileInfo(file).Length) : File.Exists(path) ? new FileInfo(path).Length : 0;

    private static PreparationResult Write(
        PackTarget target, IReadOnlyList<(string Name, List<ManifestSample> Samples)> splits, string manifest, List<string> notes,
        PreparationOptions options, RowStore? store, CancellationToken cancellation)
    {
        SamplePreparer preparer = new(target.Recipes, options, splits.Sum(split => split.Samples.Count), store, cancellation);
        using PackWriter pack = new(target.Folder, target.Name, target.Classes, target.Modalities, replace: options.Update);
        int prepared = 0;
        foreach (var (name, samples) in splits)
        {
            PackSplitWriter split = pack.AddSplit(name);
            foreach (var (modality, recipe) in target.Recipes)
                foreach (Companion companion in recipe.Companions) split.AddCompanion($"{modality}.{companion.Name}", companion.Type, companion.Shape);
            preparer.Fill(split, samples);
            prepared += split.Count;
            if (split.Count == 0) throw new ProblemException($"{manifest}: no sample of {name} could be decoded; repair the files");
        }
        if (preparer.Skipped.Count > 0)
        {
            WriteSkipped(Path.Combine(pack.PartialFolder, "skipped.csv"), preparer.Skipped);
            notes.Add($"{preparer.Skipped.Count} samples could not be decoded and were left out; skipped.csv in the pack lists them");
        }
        JsonObject source = new() { ["manifest"] = Path.GetFileName(manifest), ["notes"] = new JsonArray([.. notes.Select(note => (JsonNode)note)]) };
        pack.Complete(preparer.Skipped.Count, source);
        return new PreparationResult(prepared, preparer.Skipped, preparer.Taken, notes);
    }

    private static void WriteSkipped(string path, IReadOnlyList<SkippedSample> skipped)
    {
        using CsvWriter csv = CsvWriter.ToFile(path, new CsvWriterOptions { NewLine = "\n" });
        csv.WriteRecord(["id", "split", "file", "reason"]);
        foreach (SkippedSample sample in skipped) csv.WriteRecord([sample.Id, sample.Split, sample.File, sample.Reason]);
    }

    private sealed record PackTarget(string Folder, string Name, IReadOnlyList<string> Classes, IReadOnlyList<KeyValuePair<string, Recipe>> Recipes)
    {
        internal IReadOnlyList<PackModality> Modalities =>
            [.. Recipes.Select(pair => new PackModality(pair.Key, pair.Value.Kind, pair.Value.Shape, pair.Value.Type, pair.Value.ToJson()))];
    }
}
