namespace Equipoise.Data.Manifests;

/// <summary>One line of a manifest.</summary>
/// <param name="Line">Its line in the file, from 1.</param>
/// <param name="Id">The sample's id.</param>
/// <param name="Split"><c>train</c>, <c>val</c> or <c>test</c>; empty where the manifest does not say.</param>
/// <param name="Label">The class number; null where unknown.</param>
/// <param name="Group">What must not stand in two splits, such as the speaker; null where unknown.</param>
/// <param name="Files">The full path of each modality's file; null for a modality that is absent.</param>
internal sealed record ManifestSample(
    int Line, string Id, string Split, int? Label, string? Group, IReadOnlyDictionary<string, string?> Files);
