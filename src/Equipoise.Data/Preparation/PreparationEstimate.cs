namespace Equipoise.Data.Preparation;

/// <summary>What preparing a data set would take, from a few samples prepared for trial.</summary>
/// <param name="Samples">Samples by part.</param>
/// <param name="Files">Different files that would be read.</param>
/// <param name="SourceBytes">Their size, in bytes.</param>
/// <param name="PackBytes">The size of the pack's arrays, in bytes.</param>
/// <param name="Duration">How long it would take on this machine, with nothing else running.</param>
/// <param name="Broken">Files among those tried that cannot be decoded, with the reason.</param>
public sealed record PreparationEstimate(
    IReadOnlyDictionary<string, int> Samples, int Files, long SourceBytes, long PackBytes, TimeSpan Duration, IReadOnlyList<string> Broken);
