namespace Equipoise.Data.Tests;

/// <summary>Tests that count live tensors, which is a matter of the whole process: no other runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
