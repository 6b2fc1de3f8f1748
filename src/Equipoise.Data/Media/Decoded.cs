namespace Equipoise.Data.Media;

/// <summary>What came of one file: its raw bytes, or the reason why there are none.</summary>
internal readonly record struct Decoded(byte[]? Data, string? Failure);
