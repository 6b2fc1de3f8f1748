namespace Equipoise.Data.Preparation;

/// <summary>What came of preparing.</summary>
/// <param name="Prepared">Samples in the pack.</param>
/// <param name="Skipped">Samples left out, listed in the pack's <c>skipped.csv</c>.</param>
/// <param name="Taken">Samples whose rows were there already, from an interrupted preparation or an older pack.</param>
/// <param name="Notes">What the user should know, one line each: parts that were cut, samples left out.</param>
public sealed record PreparationResult(int Prepared, IReadOnlyList<SkippedSample> Skipped, int Taken, IReadOnlyList<string> Notes);
