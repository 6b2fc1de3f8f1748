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
    /// <param name="cancellation">Stops the work; nothing is left behind.</param>
    /// <exception cref="ProblemException">The description, the manifest or a file is wrong, or ffmpeg is missing.</exception>
    /// <exception cref="InvalidFileException">The description or the manifest does not exist.</exception>
    public static PreparationResult Prepare(
        string dataset, string packFolder, PreparationOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new PreparationOptions();
        ExternalProgram.Ffmpeg.Locate();
        DatasetDescription description = DatasetDescription.Read(dataset);
        List<string> notes = [];
        var splits = SplitPlan.Make(description.Samples, description.ManifestPath, options.Seed, notes);
        IReadOnlyList<ManifestSample> train = splits[0].Samples;
        KeyValuePair<string, Recipe>[] recipes =
            [.. description.Recipes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Fit(train.Select(sample => sample.Files[pair.Key]).OfType<string>())))];
        PackTarget target = new(packFolder, description.Name, description.Classes, recipes);
        return Write(target, splits, description.ManifestPath, notes, options, cancellation);
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
        return Write(target, [("predict", samples)], manifest, [], options ?? new PreparationOptions(), cancellation);
    }

    private static PreparationResult Write(
        PackTarget target, IReadOnlyList<(string Name, List<ManifestSample> Samples)> splits, string manifest, List<string> notes,
        PreparationOptions options, CancellationToken cancellation)
    {
        SamplePreparer preparer = new(target.Recipes, options, splits.Sum(split => split.Samples.Count), cancellation);
        using PackWriter pack = new(target.Folder, target.Name, target.Classes, target.Modalities);
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
        return new PreparationResult(prepared, preparer.Skipped, notes);
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
