using System.Globalization;
using Equipoise.Data;
using Equipoise.Models;

namespace Equipoise.Configuration;

/// <summary>Step sizes of their own for parts of the model, and smaller ones the further a layer is from an encoder's end.</summary>
/// <param name="Rates">A part's dotted name and its step size; of several that hold a parameter the longest name counts.</param>
/// <param name="LayerDecay">What each layer of an encoder multiplies the step size of the one before by; 1 for none.</param>
public sealed record PartRates(IReadOnlyList<(string Part, double Rate)> Rates, double LayerDecay = 1)
{
    /// <summary>One step size for all.</summary>
    public static PartRates Same { get; } = new([]);

    /// <summary>Reads <c>rates</c> and <c>layer_decay</c> of an <c>optimizer</c> block.</summary>
    internal static PartRates Read(YamlMap optimizer) =>
        new(optimizer.NumbersByName("rates", min: 1e-12, max: 1e6), optimizer.Number("layer_decay", 1, min: 1e-6, max: 1));

    /// <summary>What the step size of each parameter is multiplied by; null where it is the same for all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="learningRate">The step size of what no part names.</param>
    public Func<string, double>? Factors(MultimodalModel model, double learningRate)
    {
        if (Rates.Count == 0 && LayerDecay == 1) return null;
        Dictionary<string, double> factors = model.NamedParameters().ToDictionary(pair => pair.Name, pair => RateOf(pair.Name, learningRate) / learningRate);
        foreach (string modality in model.Modalities)
        {
            string[] names = [.. model.Encoder(modality).NamedParameters().Select(pair => pair.Name)];
            foreach (var (name, distance) in names.Zip(EncoderLayers.FromEnd(names))) factors[$"encoders.{modality}.{name}"] *= Math.Pow(LayerDecay, distance);
        }
        return name => factors[name];
    }

    /// <summary>As it is written to <c>config.yaml</c>, after the optimiser's other settings.</summary>
    internal string ToYaml()
    {
        string rates = Rates.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $", rates: {{{string.Join(", ", Rates.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Part}: {entry.Rate:R}")))}}}");
        return LayerDecay == 1 ? rates : string.Create(CultureInfo.InvariantCulture, $"{rates}, layer_decay: {LayerDecay:R}");
    }

    private double RateOf(string parameter, double learningRate)
    {
        (string Part, double Rate)[] holding = [.. Rates.Where(entry => PartNames.Holds(entry.Part, parameter)).OrderByDescending(entry => entry.Part.Length)];
        return holding.Length > 0 ? holding[0].Rate : learningRate;
    }
}
