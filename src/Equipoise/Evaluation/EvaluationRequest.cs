using Equipoise.Data;

namespace Equipoise.Evaluation;

/// <summary>What is asked of a finished run.</summary>
public sealed record EvaluationRequest
{
    /// <summary>The split; <c>test</c> by default.</summary>
    public string Split { get; init; } = "test";

    /// <summary>Modalities to take away, one result for each set; none by default.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Drops { get; init; } = [];

    /// <summary>Shares of absent slots, 0 to 1; none by default.</summary>
    public IReadOnlyList<double> MissingRates { get; init; } = [];

    /// <summary>Masks drawn for each rate, at least 1; 5 by default.</summary>
    public int MaskSeeds { get; init; } = 5;

    /// <summary>What missing means to the model; null, the default, for what it meant in training.</summary>
    public MissingMode? MissingMode { get; init; }

    /// <summary>Whether every subset of the modalities is scored; not by default.</summary>
    public bool Coalitions { get; init; }

    /// <summary>Runs of the method <c>unimodal</c> to compare with, by modality; none by default.</summary>
    public IReadOnlyDictionary<string, string> Unimodal { get; init; } = new Dictionary<string, string>();
}
