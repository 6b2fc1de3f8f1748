namespace Equipoise.Data.Preparation;

/// <summary>How to prepare.</summary>
public sealed record PreparationOptions
{
    /// <summary>Whether a sample whose file cannot be decoded is left out, listed and counted (true), or stops the work (false, the default).</summary>
    public bool SkipBroken { get; init; }

    /// <summary>The seed of the parts that are cut where the manifest has none; default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether an existing pack is made anew, taking over the rows whose files and recipes have not changed (true), or is left alone (false, the
    /// default): then it is an error unless nothing has changed.
    /// </summary>
    public bool Update { get; init; }

    /// <summary>Conditions that a row of the manifest has to meet, such as <c>speaker!=1001</c>; none by default.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>Told how many samples of how many are done.</summary>
    public IProgress<(int Done, int Total)>? Progress { get; init; }
}
