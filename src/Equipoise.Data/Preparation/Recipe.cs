using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>How one modality's files become arrays. A recipe is stored in the pack, and prepares new files the same way.</summary>
internal abstract record Recipe
{
    private const long MostBytes = 1 << 30;

    internal static IReadOnlyList<string> Types { get; } = ["log-spectrogram", "log-mel", "frames", "flow", "text", "array"];

    /// <summary>What the arrays mean.</summary>
    internal abstract ModalityKind Kind { get; }

    /// <summary>The shape of one sample.</summary>
    internal abstract long[] Shape { get; }

    /// <summary>The type of the elements.</summary>
    internal abstract ElementType Type { get; }

    /// <summary>What it expects in a cell of the manifest.</summary>
    internal virtual CellForm Cell => CellForm.File;

    /// <summary>Small arrays that go with the modality.</summary>
    internal virtual IReadOnlyList<Companion> Companions => [];

    /// <summary>The recipe with what it has to learn from train, such as a vocabulary.</summary>
    internal virtual Recipe Fit(IEnumerable<string> trainCells) => this;

    /// <summary>All parameters, presets resolved.</summary>
    internal abstract JsonObject ToJson();

    /// <summary>An array or a reason for every file (a folder of pictures counts as a file).</summary>
    internal abstract Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation);

    /// <summary>Reads a recipe; a wrong one gives problems and null.</summary>
    /// <param name="map">The recipe.</param>
    /// <param name="folder">Where files that it names lie.</param>
    internal static Recipe? Read(YamlMap map, string folder = "")
    {
        Recipe? recipe = map.Choice("type", "", [.. Types]) switch
        {
            "log-spectrogram" => LogSpectrogramRecipe.Read(map),
            "log-mel" => LogMelRecipe.Read(map),
            "frames" => FramesRecipe.Read(map),
            "flow" => FlowRecipe.Read(map),
            "text" => TextRecipe.Read(map, folder),
            "array" => ArrayRecipe.Read(map),
            _ => null,
        };
        if (recipe is null || recipe.Type.Bytes(recipe.Shape) is >= 0 and <= MostBytes) return recipe;
        map.Problem("type", $"makes arrays of [{string.Join(", ", recipe.Shape)}], more than a gigabyte per sample", "make them smaller");
        return null;
    }

    /// <summary>Reads a recipe that a pack carries.</summary>
    internal static Recipe FromPack(PackModality modality)
    {
        if (modality.Recipe is not { } json)
            throw new ProblemException($"{modality.Name}: its pack was imported from arrays and carries no recipe; import the new samples as arrays too");
        ProblemList problems = new();
        Recipe? recipe = Read(YamlMap.Parse(json.ToJsonString(), $"the recipe of {modality.Name}", problems));
        problems.ThrowIfAny();
        return recipe!;
    }
}
