using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Training;

/// <summary>What a method sees of one step.</summary>
public sealed class StepContext
{
    private readonly Dictionary<string, (double Sum, int Count)> _figures;
    private readonly Dictionary<string, double> _scores = [];

    internal StepContext(MultimodalModel model, ModelInput input, ForwardResult forward, LossFunction loss, Generator noise, StepPosition position, Pass pass, Dictionary<string, (double Sum, int Count)> figures)
    {
        Model = model;
        Input = input;
        Forward = forward;
        Loss = loss;
        Noise = noise;
        Position = position;
        Pass = pass;
        _figures = figures;
    }

    /// <summary>The model.</summary>
    public MultimodalModel Model { get; }

    /// <summary>The batch.</summary>
    public ModelInput Input { get; }

    /// <summary>The labels of the batch.</summary>
    public Tensor Labels => Input.Labels ?? throw new InvalidOperationException("training needs labels");

    /// <summary>The batch's one forward pass.</summary>
    public ForwardResult Forward { get; }

    /// <summary>The configured cross-entropy.</summary>
    public LossFunction Loss { get; }

    /// <summary>The noise stream.</summary>
    public Generator Noise { get; }

    /// <summary>Where in the training this step is.</summary>
    public StepPosition Position { get; }

    /// <summary>The epoch, from 0.</summary>
    public int Epoch => Position.Epoch;

    /// <summary>Whose turn it is.</summary>
    public Pass Pass { get; }

    /// <summary>Adds to the epoch's mean of a figure in the log.</summary>
    public void Figure(string name, double value)
    {
        var (sum, count) = _figures.GetValueOrDefault(name);
        _figures[name] = (sum + value, count + 1);
    }

    /// <summary>What the model says of one modality alone, with the graph, by its current head.</summary>
    public Tensor UnimodalLogits(string modality) => Model.UnimodalLogits(Forward.Features, modality);

    /// <summary>Whether any sample of the batch has the modality.</summary>
    public bool HasSamples(string modality) => Forward.Features.Present(modality)?.Contains(true) ?? true;

    /// <summary>The positions in the split of the samples that have the modality.</summary>
    public int[] PresentIndices(string modality) => Forward.Features.Present(modality) is { } present
        ? [.. Input.Indices.Where((_, row) => present[row])]
        : [.. Input.Indices];

    /// <summary>The rows of the samples that have the modality.</summary>
    public Tensor PresentRows(Tensor tensor, string modality)
    {
        if (Forward.Features.Present(modality) is not { } present) return tensor;
        long[] rows = [.. Enumerable.Range(0, present.Length).Where(row => present[row]).Select(row => (long)row)];
        return tensor.IndexSelect(0, Tensor.From(rows, rows.Length));
    }

    /// <summary>The mean probability that a modality alone gives the true class, over the samples that have it.</summary>
    public double Score(string modality)
    {
        if (_scores.TryGetValue(modality, out double known)) return known;
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        return _scores[modality] = GradientModulation.Score(PresentRows(UnimodalLogits(modality), modality), PresentRows(Labels, modality));
    }
}
