using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Weights;

namespace Equipoise.Configuration;

/// <summary>A whole configuration, resolved against its pack.</summary>
/// <param name="DataPath">The pack.</param>
/// <param name="Model">What is trained.</param>
/// <param name="Inputs">How arrays become inputs, by modality, in the model's order.</param>
/// <param name="Methods">The methods.</param>
/// <param name="Train">Everything else.</param>
/// <param name="SelectBy">The metric on val by which the best epoch is chosen: <c>accuracy</c>, <c>macro_f1</c> or <c>loss</c>.</param>
/// <param name="Weights">What the run starts from instead of initial values; the whole model's first.</param>
/// <param name="Resolved">The whole as it is written to <c>config.yaml</c>.</param>
public sealed record RunConfig(
    string DataPath, ModelSpec Model, IReadOnlyList<ModalityInput> Inputs, MethodSet Methods, TrainSettings Train, string SelectBy,
    IReadOnlyList<WeightsSpec> Weights, YamlMap Resolved) : IDisposable
{
    /// <summary>A split as this run sees it: with modalities missing where <c>train.missing</c> says so.</summary>
    public PackSplit Split(Pack pack, string name) => Train.Missing.Apply(pack.Split(name), [.. Inputs.Select(input => input.Modality.Name)]);

    /// <inheritdoc />
    public void Dispose() => Methods.Dispose();
}
