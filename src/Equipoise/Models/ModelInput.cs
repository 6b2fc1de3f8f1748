using Equipoise.Torch;

namespace Equipoise.Models;

/// <summary>One batch as a model takes it.</summary>
/// <param name="Inputs">One tensor per modality, ready for its encoder, the batch in front; texts as token numbers, int64.</param>
/// <param name="Labels">Class numbers <c>[batch]</c>, int64; null where unknown.</param>
/// <param name="Indices">The samples' positions in their split.</param>
/// <param name="Present">For each modality that is absent in some sample: which samples have it.</param>
public sealed record ModelInput(
    IReadOnlyDictionary<string, Tensor> Inputs, Tensor? Labels, IReadOnlyList<int> Indices, IReadOnlyDictionary<string, bool[]> Present)
{
    /// <summary>Samples that have every modality, numbered from 0.</summary>
    /// <param name="inputs">One tensor per modality, the batch in front.</param>
    /// <param name="labels">Class numbers <c>[batch]</c>, int64; null where unknown.</param>
    public ModelInput(IReadOnlyDictionary<string, Tensor> inputs, Tensor? labels)
        : this(inputs, labels, [.. Enumerable.Range(0, (int)inputs.Values.First().Shape[0])], new Dictionary<string, bool[]>())
    {
    }

    /// <summary>For each text or sequence whose real lengths are known: <c>[batch, positions]</c>, bool, true where a position is real and not filled up.</summary>
    public IReadOnlyDictionary<string, Tensor> Masks { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>The number of samples.</summary>
    public int Size => Indices.Count;

    /// <summary>The batch in as few parts of at most so many samples as it takes, as equal as can be; whole where it fits.</summary>
    internal IReadOnlyList<ModelInput> Split(int most)
    {
        int parts = (Size - 1) / most + 1;
        return parts == 1 ? [this] : [.. Enumerable.Range(0, parts).Select(part => Rows((int)((long)part * Size / parts), (int)((part + 1L) * Size / parts)))];
    }

    /// <summary>The samples from one row to before another; tensors share memory with these.</summary>
    internal ModelInput Rows(int from, int to) => new(
        Inputs.ToDictionary(pair => pair.Key, pair => pair.Value.Narrow(0, from, to - from)),
        Labels?.Narrow(0, from, to - from),
        [.. Indices.Take(from..to)],
        Present.Select(pair => (pair.Key, Rows: pair.Value[from..to])).ToDictionary(pair => pair.Key, pair => pair.Rows))
    {
        Masks = Masks.ToDictionary(pair => pair.Key, pair => pair.Value.Narrow(0, from, to - from)),
    };

    /// <summary>The same batch with some modalities absent everywhere.</summary>
    public ModelInput Without(IReadOnlyCollection<string> dropped)
    {
        if (dropped.Count == 0) return this;
        Dictionary<string, bool[]> present = new(Present);
        foreach (string modality in dropped) present[modality] = new bool[Size];
        return this with { Present = present };
    }
}
