using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>A small array that goes with a modality: the <c>length</c> of a sequence, the <c>mask</c> of a text.</summary>
/// <param name="Name">Its name, after the modality's and a dot.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">The shape for one sample.</param>
internal sealed record Companion(string Name, ElementType Type, long[] Shape);
