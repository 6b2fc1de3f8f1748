using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Gradients;

/// <summary>The losses of one pass, by name, with their weights.</summary>
public sealed class LossSet
{
    private readonly List<NamedLoss> _losses = [];

    /// <summary>The losses in the order in which they were added.</summary>
    public IReadOnlyList<NamedLoss> All => _losses;

    /// <summary>Adds a loss.</summary>
    /// <param name="name">Its name in the log.</param>
    /// <param name="value">A scalar.</param>
    /// <param name="weight">Its weight in the total.</param>
    /// <param name="modality">The modality it belongs to; null for none.</param>
    public void Add(string name, Tensor value, double weight = 1, string? modality = null) => _losses.Add(new NamedLoss(name, value, weight, modality));

    /// <summary>Adds the cross-entropy of the joint logits.</summary>
    public void AddJoint(StepContext step) => Add("joint", step.Loss.Mean(step.Forward.Logits, step.Labels));

    /// <summary>Adds the cross-entropy of one modality's own logits over the samples that have it; nothing where none has.</summary>
    /// <param name="step">The step.</param>
    /// <param name="modality">The modality.</param>
    /// <param name="weight">Its weight in the total; 1 by default.</param>
    public void AddUnimodal(StepContext step, string modality, double weight = 1)
    {
        if (!step.HasSamples(modality)) return;
        Tensor logits = step.PresentRows(step.UnimodalLogits(modality), modality);
        Add(modality, step.Loss.Mean(logits, step.PresentRows(step.Labels, modality)), weight, modality);
    }

    /// <summary>The same losses, each multiplied.</summary>
    internal LossSet Times(double factor)
    {
        LossSet losses = new();
        foreach (NamedLoss loss in _losses) losses.Add(loss.Name, loss.Value * factor, loss.Weight, loss.Modality);
        return losses;
    }

    /// <summary>What is minimised: the weighted sum.</summary>
    public Tensor Total()
    {
        Tensor? total = null;
        foreach (NamedLoss loss in _losses) total = total is null ? loss.Weighted : total + loss.Weighted;
        return total ?? throw new InvalidOperationException("a pass without losses has no total");
    }
}

/// <summary>A scalar loss with its name, weight and, where it has one, modality.</summary>
public sealed record NamedLoss(string Name, Tensor Value, double Weight, string? Modality)
{
    /// <summary>The value times the weight.</summary>
    public Tensor Weighted => Weight == 1 ? Value : Value * Weight;
}
