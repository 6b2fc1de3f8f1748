using Equipoise.Fusions;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Models;

/// <summary>Builds a model from its description.</summary>
public static class ModelBuilder
{
    /// <summary>Builds encoders, projections if wanted, fusion and, if wanted, unimodal heads; initial values come from one generator in this order.</summary>
    /// <param name="spec">What to build.</param>
    /// <param name="unimodalHeads">Whether a method trains a head of its own for each modality.</param>
    /// <param name="generator">The stream of initial values.</param>
    /// <exception cref="ArgumentException">The fusion does not take these modalities.</exception>
    public static MultimodalModel Build(ModelSpec spec, bool unimodalHeads, Generator generator)
    {
        using TensorScope scope = TensorScope.Begin();
        (string Name, Encoder Encoder)[] encoders = [.. spec.Modalities.Select(modality => (modality.Name, modality.Encoder.Make(generator)))];
        int projected = spec.Fusion.Projection;
        Dictionary<string, Linear>? projections = projected == 0 ? null : encoders.ToDictionary(pair => pair.Name, pair => new Linear(pair.Encoder.Width, projected, generator));
        (string Name, long Width)[] widths = [.. encoders.Select(pair => (pair.Name, projected > 0 ? projected : pair.Encoder.Width))];
        Fusion fusion = BuildFusion(spec.Fusion, widths, spec.Classes, generator);
        bool own = unimodalHeads && !fusion.HasUnimodalHeads;
        return new MultimodalModel(encoders, fusion, own ? widths.ToDictionary(pair => pair.Name, pair => new Linear(pair.Width, spec.Classes, generator)) : null, projections);
    }

    private static Fusion BuildFusion(FusionSpec spec, (string Name, long Width)[] widths, int classes, Generator generator) => spec.Make?.Invoke(widths, classes, generator) ?? spec.Type switch
    {
        "concat" => new ConcatFusion(widths, classes, generator),
        "sum" => new SumFusion(widths, classes, generator),
        "film" => new FilmFusion(widths, classes, generator, spec.Condition),
        "gated" => new GatedFusion(widths, classes, generator, spec.Condition),
        "shared" => new SharedFusion(widths, classes, generator),
        "late" => new LateFusion(widths, classes, generator, spec.Average == "probabilities"),
        _ => throw new ArgumentException($"there is no fusion '{spec.Type}'"),
    };
}
