namespace Equipoise.Data.Media;

/// <summary>What came of one file: its raw bytes, or the reason why there are none.</summary>
/// <param name="Data">The bytes.</param>
/// <param name="Failure">Why there are none.</param>
/// <param name="Companions">The bytes of what goes with it, in the order of the recipe's companions; null for none.</param>
internal readonly record struct Decoded(byte[]? Data, string? Failure, IReadOnlyList<byte[]>? Companions = null);
