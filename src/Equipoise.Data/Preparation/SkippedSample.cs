namespace Equipoise.Data.Preparation;

/// <summary>A sample that was left out because a file of it could not be decoded.</summary>
/// <param name="Id">The sample.</param>
/// <param name="Split">Where it would have been.</param>
/// <param name="File">The file.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record SkippedSample(string Id, string Split, string File, string Reason);
