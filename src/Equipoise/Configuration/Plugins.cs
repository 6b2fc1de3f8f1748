using Equipoise.Data;
using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Configuration;

/// <summary>
/// A program's own methods, encoders and fusions, by the names under which the configurations that it reads may ask for them. Each
/// takes its settings from its block when the configuration is read, so that mistakes are told with all others.
/// </summary>
public sealed class Plugins
{
    /// <summary>Methods by name: the <c>method</c> block gives one.</summary>
    public Dictionary<string, Func<YamlMap, BalancingMethod>> Methods { get; } = [];

    /// <summary>Encoders by type: the <c>encoder</c> block and the modality of the pack give one.</summary>
    public Dictionary<string, Func<YamlMap, PackModality, MakeEncoder>> Encoders { get; } = [];

    /// <summary>Fusions by type: the <c>fusion</c> block gives one.</summary>
    public Dictionary<string, Func<YamlMap, MakeFusion>> Fusions { get; } = [];
}

/// <summary>Makes an encoder with its initial values.</summary>
/// <param name="generator">The stream of initial values.</param>
public delegate Encoder MakeEncoder(Generator generator);

/// <summary>Makes a fusion with its initial values.</summary>
/// <param name="features">The modalities in their order, with the widths of their features.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="generator">The stream of initial values.</param>
public delegate Fusion MakeFusion(IReadOnlyList<(string Name, long Width)> features, int classes, Generator generator);
