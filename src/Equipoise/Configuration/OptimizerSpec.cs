using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Configuration;

/// <summary>An optimiser's settings.</summary>
/// <param name="Type"><c>sgd</c>, <c>adam</c> or <c>adamw</c>.</param>
/// <param name="LearningRate">Step size, above 0.</param>
/// <param name="Momentum">From 0 to below 1; <c>sgd</c> only.</param>
/// <param name="WeightDecay">At least 0.</param>
public sealed record OptimizerSpec(string Type = "sgd", double LearningRate = 0.001, double Momentum = 0.9, double WeightDecay = 0.0001)
{
    /// <summary>Step sizes of their own for parts of the model; none by default.</summary>
    public PartRates Parts { get; init; } = PartRates.Same;

    /// <summary>Reads an <c>optimizer</c> block.</summary>
    internal static OptimizerSpec Read(YamlMap? map)
    {
        OptimizerSpec defaults = new();
        if (map is null) return defaults;
        string type = map.Choice("type", defaults.Type, ["sgd", "adam", "adamw"]);
        double momentum = type == "sgd" ? map.Number("momentum", defaults.Momentum, min: 0, max: 0.999999) : 0;
        return new OptimizerSpec(type, map.Number("lr", defaults.LearningRate, min: 1e-12, max: 1e6), momentum, map.Number("weight_decay", defaults.WeightDecay, min: 0))
        {
            Parts = PartRates.Read(map),
        };
    }

    /// <summary>Makes the optimiser for all parameters of a model.</summary>
    public Optimizer Make(MultimodalModel model) => Make(model.NamedParameters(), Parts.Factors(model, LearningRate));

    /// <summary>Makes the optimiser for parameters.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="factor">What the step size of a parameter is multiplied by, by its name; null for 1 everywhere.</param>
    public Optimizer Make(IEnumerable<(string Name, Tensor Tensor)> parameters, Func<string, double>? factor = null) => Type switch
    {
        "adam" => new Adam(parameters, LearningRate, WeightDecay, factor: factor),
        "adamw" => new Adam(parameters, LearningRate, WeightDecay, decoupled: true, factor: factor),
        _ => new Sgd(parameters, LearningRate, Momentum, WeightDecay, factor),
    };
}
