using System.Text.Json.Nodes;

namespace Equipoise.Data;

/// <summary>What a pack holds and what looks wrong in it.</summary>
/// <param name="Name">The name of the data set.</param>
/// <param name="Hash">The pack's hash.</param>
/// <param name="Classes">The classes in their order.</param>
/// <param name="Splits">Each split with its counts and values.</param>
/// <param name="Warnings">What looks wrong, one line each; empty where nothing does.</param>
public sealed record PackInspection(
    string Name, string Hash, IReadOnlyList<string> Classes, IReadOnlyList<SplitInspection> Splits, IReadOnlyList<string> Warnings)
{
    /// <summary>Reads every sample of every split.</summary>
    /// <exception cref="Formats.InvalidFileException">A file's content is not what was written.</exception>
    public static PackInspection Of(Pack pack, CancellationToken cancel = default)
    {
        List<SplitInspection> splits = [];
        foreach (string name in pack.Splits.Keys) splits.Add(SplitInspection.Of(pack.Split(name), cancel));
        return new PackInspection(pack.Name, pack.Hash, pack.Classes, splits, [.. PackWarnings.Of(pack, splits)]);
    }

    /// <summary>The same as one JSON object: <c>name</c>, <c>hash</c>, <c>classes</c>, <c>splits</c> by name, <c>warnings</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["hash"] = Hash,
        ["classes"] = new JsonArray([.. Classes.Select(name => (JsonNode)name)]),
        ["splits"] = new JsonObject(Splits.Select(split => KeyValuePair.Create(split.Name, (JsonNode?)split.ToJson(Classes)))),
        ["warnings"] = new JsonArray([.. Warnings.Select(line => (JsonNode)line)]),
    };
}

/// <summary>One split of a pack.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Its samples.</param>
/// <param name="PerClass">Samples of each class; empty where there are no labels.</param>
/// <param name="Groups">The number of groups; null where unknown.</param>
/// <param name="Modalities">Each modality's values.</param>
public sealed record SplitInspection(string Name, int Count, IReadOnlyList<int> PerClass, int? Groups, IReadOnlyList<ModalityInspection> Modalities)
{
    internal JsonObject ToJson(IReadOnlyList<string> classes)
    {
        JsonObject json = new() { ["n"] = Count };
        if (PerClass.Count > 0) json["classes"] = new JsonObject(classes.Zip(PerClass, (name, count) => KeyValuePair.Create(name, (JsonNode?)count)));
        if (Groups is { } groups) json["groups"] = groups;
        json["modalities"] = new JsonObject(Modalities.Select(found => KeyValuePair.Create(found.Modality.Name, (JsonNode?)found.ToJson())));
        return json;
    }

    internal static SplitInspection Of(PackSplit split, CancellationToken cancel)
    {
        int[] perClass = new int[split.Labels.Length == 0 ? 0 : split.Pack.Classes.Count];
        foreach (long label in split.Labels) perClass[label]++;
        return new SplitInspection(
            split.Name, split.Count, perClass, split.Groups?.Distinct().Count(), [.. split.Pack.Modalities.Select(modality => ModalityInspection.Of(split, modality, cancel))]);
    }
}
