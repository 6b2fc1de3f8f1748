namespace Equipoise.Evaluation;

/// <summary>What a model says of one sample.</summary>
/// <param name="Class">The most probable class.</param>
/// <param name="Probabilities">The fused probability of each class, in their order.</param>
/// <param name="Unimodal">By modality, its own probability of each class; null where the sample lacks it.</param>
/// <param name="Weights">By modality its share, where the fusion weighs; null otherwise.</param>
public sealed record SamplePrediction(
    string Class, IReadOnlyList<float> Probabilities, IReadOnlyDictionary<string, IReadOnlyList<float>?> Unimodal, IReadOnlyDictionary<string, float>? Weights)
{
    internal static IEnumerable<SamplePrediction> Of(BatchPrediction batch, IReadOnlyList<string> classes) => batch.Probabilities.Select((probabilities, i) => new SamplePrediction(
        classes[Array.IndexOf(probabilities, probabilities.Max())],
        probabilities,
        batch.Unimodal.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<float>?)pair.Value[i]),
        batch.Weights?.ToDictionary(pair => pair.Key, pair => pair.Value[i])));
}
