using System.Text.Json.Nodes;

namespace Equipoise.Evaluation;

/// <summary>How unevenly a joint model treats its modalities; each figure is NaN where it cannot be said.</summary>
/// <param name="UnimodalGap">The best modality's accuracy alone inside the joint model minus the worst's.</param>
/// <param name="Shortfall">For each modality the accuracy of its own unimodal training minus its accuracy alone inside the joint model.</param>
/// <param name="ShapleyGap">See <see cref="Shapley.Gap"/>.</param>
/// <param name="ShapleyEvenness">See <see cref="Shapley.Evenness"/>.</param>
public sealed record Imbalance(double UnimodalGap, IReadOnlyDictionary<string, double> Shortfall, double ShapleyGap, double ShapleyEvenness)
{
    /// <summary>Says what can be said.</summary>
    /// <param name="joint">The joint model's scores with all modalities present.</param>
    /// <param name="unimodal">The accuracy of unimodal trainings, by modality.</param>
    /// <param name="coalitions">What every subset reaches; null where that was not asked.</param>
    public static Imbalance Of(Scores joint, IReadOnlyDictionary<string, double> unimodal, Coalitions? coalitions)
    {
        double[] alone = [.. joint.Modalities.Values.Select(confusion => confusion.Accuracy).Where(double.IsFinite)];
        return new Imbalance(
            alone.Length < 2 ? double.NaN : alone.Max() - alone.Min(),
            unimodal.ToDictionary(pair => pair.Key, pair => pair.Value - joint.Modalities[pair.Key].Accuracy),
            coalitions is null ? double.NaN : Shapley.Gap(coalitions.Contributions),
            coalitions is null ? double.NaN : Shapley.Evenness(coalitions.Contributions));
    }

    /// <summary>As JSON; null where a figure cannot be said.</summary>
    public JsonObject ToJson() => new()
    {
        ["unimodal_gap"] = Scores.Finite(UnimodalGap),
        ["shortfall"] = new JsonObject(Shortfall.Select(pair => KeyValuePair.Create(pair.Key, Scores.Finite(pair.Value)))),
        ["shapley_gap"] = Scores.Finite(ShapleyGap),
        ["shapley_evenness"] = Scores.Finite(ShapleyEvenness),
    };
}
