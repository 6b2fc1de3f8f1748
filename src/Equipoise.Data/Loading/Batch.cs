using Equipoise.Torch;

namespace Equipoise.Data;

/// <summary>Some samples, ready for the encoders. It owns its tensors.</summary>
/// <param name="Inputs">One float32 tensor per modality, the batch in front.</param>
/// <param name="Labels">Class numbers <c>[batch]</c>, int64; null where unknown.</param>
/// <param name="Indices">The samples' positions in their split.</param>
/// <param name="Present">For each modality that is absent in some sample: which samples have it.</param>
public sealed record Batch(
    IReadOnlyDictionary<string, Tensor> Inputs, Tensor? Labels, int[] Indices, IReadOnlyDictionary<string, bool[]> Present) : IDisposable
{
    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor tensor in Inputs.Values) tensor.Dispose();
        Labels?.Dispose();
    }
}
