using Equipoise.Torch;

namespace Equipoise.Data;

/// <summary>Some samples, ready for the encoders. It owns its tensors.</summary>
/// <param name="Inputs">One tensor per modality, the batch in front: float32, or int64 token numbers of a text.</param>
/// <param name="Labels">Class numbers <c>[batch]</c>, int64; null where unknown.</param>
/// <param name="Indices">The samples' positions in their split.</param>
/// <param name="Present">For each modality that is absent in some sample: which samples have it.</param>
public sealed record Batch(
    IReadOnlyDictionary<string, Tensor> Inputs, Tensor? Labels, int[] Indices, IReadOnlyDictionary<string, bool[]> Present) : IDisposable
{
    /// <summary>For each text or sequence whose real lengths are known: <c>[batch, positions]</c>, bool, true where a position is real and not filled up.</summary>
    public IReadOnlyDictionary<string, Tensor> Masks { get; init; } = new Dictionary<string, Tensor>();

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor tensor in Inputs.Values.Concat(Masks.Values)) tensor.Dispose();
        Labels?.Dispose();
    }
}
