using System.Text.Json.Nodes;
using Equipoise.Data;

namespace Equipoise.Evaluation;

/// <summary>What a joint model reaches with every subset of its modalities, and what each modality contributes.</summary>
/// <param name="Modalities">The modalities in their order.</param>
/// <param name="Mode">What missing means to the model.</param>
/// <param name="Subsets">The scores of each subset: bit m of the position says whether modality m is present; 2^M results, the first with none.</param>
public sealed record Coalitions(IReadOnlyList<string> Modalities, MissingMode Mode, IReadOnlyList<Scores> Subsets)
{
    private const int MostModalities = 10;

    /// <summary>
    /// <see cref="Shapley.Contributions"/> to the accuracy, in the order of the modalities. The value of the empty subset is not 0: it is the
    /// accuracy of what the model answers to nothing.
    /// </summary>
    public IReadOnlyList<double> Contributions { get; } = Shapley.Contributions([.. Subsets.Select(scores => scores.Accuracy)]);

    /// <summary>Scores a split with every subset.</summary>
    /// <param name="evaluator">The model.</param>
    /// <param name="split">A split with labels.</param>
    /// <param name="modalities">Its modalities, at most 10.</param>
    /// <param name="mode">What missing means to the model.</param>
    /// <exception cref="ProblemException">There are too many modalities.</exception>
    public static Coalitions Of(Evaluator evaluator, PackSplit split, IReadOnlyList<string> modalities, MissingMode mode)
    {
        if (modalities.Count > MostModalities) throw new ProblemException($"coalitions: {modalities.Count} modalities have 2^{modalities.Count} subsets; up to {MostModalities} are evaluated");
        Absence[] absences = [.. Enumerable.Range(0, 1 << modalities.Count).Select(set => Absence.Of([.. modalities.Where((_, m) => (set & (1 << m)) == 0)], mode))];
        return new Coalitions(modalities, mode, evaluator.Score(split, absences));
    }

    /// <summary>The modalities of a subset.</summary>
    /// <param name="set">Its position in <see cref="Subsets"/>.</param>
    public IReadOnlyList<string> Present(int set) => [.. Modalities.Where((_, m) => (set & (1 << m)) != 0)];

    /// <summary>As JSON: <c>{"mode", "nothing", "subsets": [{"present", scores}], "shapley": {modality: number}}</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["mode"] = Mode.ToString().ToLowerInvariant(),
        ["nothing"] = Subsets[0].Accuracy,
        ["subsets"] = new JsonArray([.. Enumerable.Range(1, Subsets.Count - 1).Select(set =>
        {
            JsonObject json = Subsets[set].ToJson();
            json["present"] = new JsonArray([.. Present(set).Select(name => (JsonNode)name)]);
            return (JsonNode)json;
        })]),
        ["shapley"] = new JsonObject(Modalities.Select((name, m) => KeyValuePair.Create(name, (JsonNode?)Contributions[m]))),
    };
}
