using Equipoise.Data.Preparation;

namespace Equipoise.Data.Manifests;

/// <summary>What <c>dataset.yaml</c> and its manifest say. See <c>docs/dataset.md</c>.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="Classes">Its classes, in order.</param>
/// <param name="ManifestPath">The manifest.</param>
/// <param name="Recipes">A recipe for each modality, in order.</param>
/// <param name="Samples">The samples, in the manifest's order.</param>
internal sealed record DatasetDescription(
    string Name, IReadOnlyList<string> Classes, string ManifestPath, IReadOnlyList<KeyValuePair<string, Recipe>> Recipes,
    IReadOnlyList<ManifestSample> Samples)
{
    private static readonly string[] TakenColumns = ["id", "split", "label", "group"];

    /// <summary>Reads both files; every problem of both is told at once.</summary>
    /// <exception cref="ProblemException">Something is wrong in them.</exception>
    /// <exception cref="Formats.InvalidFileException">One of them does not exist.</exception>
    internal static DatasetDescription Read(string path, IReadOnlyList<RowFilter>? where = null)
    {
        ProblemList problems = new();
        YamlMap map = YamlMap.Load(path, problems);
        string name = map.Required("name", "my-data"), manifest = map.Text("manifest", "manifest.csv")!;
        IReadOnlyList<string> classes = map.Texts("classes") ?? [];
        if (classes.Count < 2 || classes.Distinct().Count() != classes.Count)
            map.Problem("classes", "does not name two classes or more, each once", "write classes: [cat, dog]");
        IReadOnlyList<(string Name, YamlMap Value)> modalities = map.Maps("modalities");
        if (modalities.Count == 0) map.Problem("modalities", "names none", "write modalities: {audio: {recipe: {type: log-spectrogram}}}");
        List<KeyValuePair<string, Recipe>> recipes = [];
        foreach (var (modality, value) in modalities)
            if (ReadRecipe(modality, value, Path.GetDirectoryName(Path.GetFullPath(path))!) is { } recipe) recipes.Add(new(modality, recipe));
        map.RejectUnknown();
        string manifestPath = Path.Combine(Path.GetDirectoryName(path) ?? "", manifest);
        List<ManifestSample> samples = ManifestReader.Read(manifestPath, classes, [.. modalities.Select(pair => (pair.Name, recipes.FirstOrDefault(recipe => recipe.Key == pair.Name).Value?.Cell ?? CellForm.File))], training: true, problems, where);
        problems.ThrowIfAny();
        return new DatasetDescription(name, classes, manifestPath, recipes, samples);
    }

    private static Recipe? ReadRecipe(string modality, YamlMap map, string folder)
    {
        if (TakenColumns.Contains(modality)) map.Problem("recipe", $"belongs to {modality}, which names another column of the manifest", "choose another name");
        if (modality.Length == 0 || modality.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
            map.Problem("recipe", "belongs to a modality whose name is not plain", "use letters, digits, _ and -");
        YamlMap? recipe = map.Map("recipe");
        if (recipe is null) map.Problem("recipe", "is missing", "for instance recipe: {type: frames, size: [96, 96]}");
        Recipe? read = recipe is null ? null : Recipe.Read(recipe, folder);
        string? kind = map.Text("kind");
        if (read is not null && kind is not null && !kind.Equals(read.Kind.ToString(), StringComparison.OrdinalIgnoreCase))
            map.Problem("kind", $"is {kind}, but the recipe makes {read.Kind.ToString().ToLowerInvariant()}", "correct it or leave it out");
        return read;
    }
}
