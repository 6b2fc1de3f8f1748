namespace Equipoise.Methods;

/// <summary>What a method declares about itself.</summary>
public sealed record MethodInfo
{
    /// <summary>The name in configurations.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Where it comes from.</summary>
    public required string Paper { get; init; }

    /// <summary>What kind of method it is: baseline, gradient, alternating, re-initialisation, weighting.</summary>
    public required string Category { get; init; }

    /// <summary>The phases that only one method of a run may own.</summary>
    public Phase Owns { get; init; }

    /// <summary>The fusion where the configuration names none.</summary>
    public string DefaultFusion { get; init; } = "concat";

    /// <summary>The fusions it works with; null for all.</summary>
    public IReadOnlyList<string>? Fusions { get; init; }

    /// <summary>Whether it trains a head of its own for each modality.</summary>
    public bool UnimodalHeads { get; init; }

    /// <summary>Where it departs from the paper or its released code, and why.</summary>
    public IReadOnlyList<string> Deviations { get; init; } = [];

    /// <summary>What it costs beside plain joint training.</summary>
    public string Cost { get; init; } = "none";
}

/// <summary>Phases of a step that only one method may own.</summary>
[Flags]
public enum Phase
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Which losses are minimised.</summary>
    Losses = 1,

    /// <summary>How several losses' gradients become one.</summary>
    Gradients = 2,

    /// <summary>How many steps a batch takes, and in which order.</summary>
    Passes = 4,

    /// <summary>How unimodal scores are fused at test time.</summary>
    Predict = 8,
}
