using Equipoise.Data;
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
    /// <summary>Reads an <c>optimizer</c> block.</summary>
    internal static OptimizerSpec Read(YamlMap? map)
    {
        OptimizerSpec defaults = new();
        if (map is null) return defaults;
        string type = map.Choice("type", defaults.Type, ["sgd", "adam", "adamw"]);
        double momentum = type == "sgd" ? map.Number("momentum", defaults.Momentum, min: 0, max: 0.999999) : 0;
        return new OptimizerSpec(type, map.Number("lr", defaults.LearningRate, min: 1e-12, max: 1e6), momentum, map.Number("weight_decay", defaults.WeightDecay, min: 0));
    }

    /// <summary>Makes the optimiser for parameters.</summary>
    public Optimizer Make(IEnumerable<(string Name, Tensor Tensor)> parameters) => Type switch
    {
        "adam" => new Adam(parameters, LearningRate, WeightDecay),
        "adamw" => new Adam(parameters, LearningRate, WeightDecay, decoupled: true),
        _ => new Sgd(parameters, LearningRate, Momentum, WeightDecay),
    };
}
