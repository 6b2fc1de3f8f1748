using Equipoise.Gradients;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>
/// A balancing method: it changes how training treats the modalities, and implements only the phases that its paper changes.
/// Order within a batch: forward, then for each pass losses, backward or <see cref="CombineGradients"/>,
/// <see cref="AfterBackward"/>, the optimiser's step.
/// </summary>
public abstract class BalancingMethod : IDisposable
{
    /// <summary>What the method declares about itself.</summary>
    public abstract MethodInfo Info { get; }

    /// <summary>Why the method cannot work with a fusion and these modalities, in their order; null where it can.</summary>
    public virtual Refusal? Refuses(string fusion, IReadOnlyList<string> modalities) => Info.Fusions is { } fusions && !fusions.Contains(fusion)
        ? new Refusal($"method {Info.Name} works with fusion {string.Join(" or ", fusions)}, not {fusion}", "choose another fusion or method")
        : null;

    /// <summary>Before the first step of a run: the model has its initial values.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">The number of training samples.</param>
    public virtual void Start(MultimodalModel model, int samples)
    {
    }

    /// <summary>The passes over one batch; one for all parameters by default. Owned by <see cref="Phase.Passes"/>.</summary>
    public virtual IReadOnlyList<Pass> Passes(MultimodalModel model) => [Pass.Whole];

    /// <summary>The losses of a pass. Owned by <see cref="Phase.Losses"/>.</summary>
    public virtual void Losses(StepContext step, LossSet losses) => Joint.AddLosses(step, losses);

    /// <summary>Turns the gradients of all losses into one per parameter; frozen ones get none. Owned by <see cref="Phase.Gradients"/>.</summary>
    public virtual void CombineGradients(StepContext step, LossSet losses)
    {
        Tensor total = losses.Total();
        if (total.RequiresGrad) Autograd.Backward(total);
    }

    /// <summary>After the backward pass, before the step: gradients may be scaled, projected, given noise.</summary>
    public virtual void AfterBackward(StepContext step)
    {
    }

    /// <summary>After an epoch's evaluation on val, before the next epoch.</summary>
    public virtual void EpochEnd(EpochContext epoch)
    {
    }

    /// <summary>How the unimodal scores are fused at test time. Owned by <see cref="Phase.Predict"/>.</summary>
    public virtual Prediction Predict(MultimodalModel model, ForwardResult forward) => new(forward.Logits, null);

    /// <summary>What has to be saved so that training goes on bit for bit.</summary>
    public virtual IEnumerable<KeyValuePair<string, Tensor>> State() => [];

    /// <summary>Takes saved state over, as copies.</summary>
    public virtual void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes what the method owns.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>One step of the optimiser within a batch: for the whole model, or for one modality.</summary>
/// <param name="Modality">The modality whose turn it is; null for all.</param>
public sealed record Pass(string? Modality)
{
    /// <summary>All parameters at once.</summary>
    public static Pass Whole { get; } = new((string?)null);
}

/// <summary>Fused scores and, where the fusion weighs, each modality's share.</summary>
/// <param name="Logits">Joint scores <c>[batch, classes]</c>.</param>
/// <param name="Weights">For each modality <c>[batch]</c>, summing to 1 over the modalities; null where nothing is weighed.</param>
public sealed record Prediction(Tensor Logits, IReadOnlyDictionary<string, Tensor>? Weights);
