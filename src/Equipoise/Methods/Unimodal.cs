using Equipoise.Data;

namespace Equipoise.Methods;

/// <summary>One modality alone: its encoder and its own head, the reference that joint training is measured against.</summary>
/// <param name="modality">The modality.</param>
public sealed class Unimodal(string modality) : BalancingMethod
{
    /// <summary>The modality.</summary>
    public string Modality { get; } = modality;

    /// <inheritdoc />
    public override MethodInfo Info { get; } = new()
    {
        Name = "unimodal",
        Summary = "one modality alone, with its own head",
        Paper = "reference of all four papers",
        Category = "baseline",
        DefaultFusion = "late",
        Fusions = ["late"],
        Cost = "one encoder only",
    };

    internal static Unimodal Read(YamlMap map) => new(map.Required("modality", "audio"));
}
