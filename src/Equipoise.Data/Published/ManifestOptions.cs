namespace Equipoise.Data.Published;

/// <summary>How to read a published data set.</summary>
public sealed record ManifestOptions
{
    /// <summary>One of its presets: lists and the order of the classes; null for the first.</summary>
    public string? Preset { get; init; }

    /// <summary>By what to split instead of the published parts, such as <c>speaker</c>: 20 % of the groups become test, 10 % of the rest val; null for the published parts.</summary>
    public string? SplitBy { get; init; }

    /// <summary>Where its lists lie; null for its own folder.</summary>
    public string? Lists { get; init; }

    /// <summary>Whether samples with absent files are left out and listed (true), or are an error (false, the default).</summary>
    public bool AllowMissing { get; init; }

    /// <summary>The seed of what is cut and drawn; default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>A data set known by name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">What its folder has to hold.</param>
/// <param name="Presets">Ways to read it; the first is the default.</param>
/// <param name="GroupedBy">By what it can be split; null where it knows no groups.</param>
public sealed record PublishedDatasetInfo(string Name, string Layout, IReadOnlyList<string> Presets, string? GroupedBy);

/// <summary>What was written.</summary>
/// <param name="Samples">Samples by part.</param>
/// <param name="Skipped">Samples left out because a file is absent.</param>
/// <param name="Notes">What was cut, and what to know of the parts.</param>
public sealed record ManifestResult(IReadOnlyDictionary<string, int> Samples, int Skipped, IReadOnlyList<string> Notes);
