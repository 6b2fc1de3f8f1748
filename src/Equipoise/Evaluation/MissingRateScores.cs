using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;

namespace Equipoise.Evaluation;

/// <summary>Scores of one missing rate, a row of MLA's Table 2: one result per mask.</summary>
/// <param name="Rate">The rate asked for.</param>
/// <param name="Mode">What missing means to the model.</param>
/// <param name="Absent">The share of slots that are absent, over the masks.</param>
/// <param name="Masks">The scores under each mask, seeded 0, 1, 2, ….</param>
public sealed record MissingRateScores(double Rate, MissingMode Mode, Spread Absent, IReadOnlyList<Scores> Masks)
{
    /// <summary>The accuracy over the masks.</summary>
    public Spread Accuracy => Spread.Of([.. Masks.Select(scores => scores.Accuracy)]);

    /// <summary>The macro F1 over the masks.</summary>
    public Spread MacroF1 => Spread.Of([.. Masks.Select(scores => scores.MacroF1)]);

    /// <summary>The weighted F1 over the masks.</summary>
    public Spread WeightedF1 => Spread.Of([.. Masks.Select(scores => scores.Confusion.WeightedF1)]);

    /// <summary>Scores a split at each rate. The mask of seed s is the one that <c>train.missing.seed: s</c> draws for this split.</summary>
    /// <param name="evaluator">The model.</param>
    /// <param name="split">A split with labels.</param>
    /// <param name="modalities">The modalities that may go missing.</param>
    /// <param name="rates">The rates, 0 to 1.</param>
    /// <param name="seeds">The number of masks for each.</param>
    /// <param name="mode">What missing means to the model.</param>
    public static IReadOnlyList<MissingRateScores> Of(
        Evaluator evaluator, PackSplit split, IReadOnlyList<string> modalities, IReadOnlyList<double> rates, int seeds, MissingMode mode)
    {
        if (rates.Count == 0) return [];
        MissingMask[][] masks = [.. rates.Select(rate => Enumerable.Range(0, seeds).Select(seed => new MissingSettings(rate, seed, mode).Mask(split, modalities)).ToArray())];
        IReadOnlyList<Scores> scores = evaluator.Score(split, [.. masks.SelectMany(row => row).Select(mask => Absence.Of(mask, mode))]);
        return [.. rates.Select((rate, r) => new MissingRateScores(
            rate, mode, Spread.Of([.. masks[r].Select(mask => mask.Realised)]), [.. scores.Skip(r * seeds).Take(seeds)]))];
    }

    /// <summary>As JSON: <c>{"rate", "mode", "absent", "accuracy", "macro_f1", "weighted_f1"}</c>, the figures as <c>{"mean", "std"}</c>, and <c>masks</c>.</summary>
    public JsonObject ToJson() => new()
    {
        ["rate"] = Rate,
        ["mode"] = Mode.ToString().ToLowerInvariant(),
        ["absent"] = Absent.ToJson(),
        ["accuracy"] = Accuracy.ToJson(),
        ["macro_f1"] = MacroF1.ToJson(),
        ["weighted_f1"] = WeightedF1.ToJson(),
        ["masks"] = new JsonArray([.. Masks.Select((scores, seed) =>
        {
            JsonObject json = scores.ToJson();
            json["seed"] = seed;
            return (JsonNode)json;
        })]),
    };
}
