using Equipoise.Data;
using Equipoise.Gradients;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>The methods of a run, in their order; every phase that has one owner goes to it.</summary>
public sealed class MethodSet : IDisposable
{
    private readonly BalancingMethod _passes;
    private readonly BalancingMethod _losses;
    private readonly BalancingMethod _gradients;
    private readonly BalancingMethod _predict;

    /// <summary>Joins methods; without any it is plain joint training.</summary>
    /// <exception cref="ProblemException">Two methods own the same phase, or their fusions exclude each other.</exception>
    public MethodSet(params IReadOnlyList<BalancingMethod> methods)
    {
        Methods = methods.Count > 0 ? methods : [new Joint()];
        _passes = Owner(Phase.Passes);
        _losses = Owner(Phase.Losses);
        _gradients = Owner(Phase.Gradients);
        _predict = Owner(Phase.Predict);
    }

    /// <summary>The methods in their order.</summary>
    public IReadOnlyList<BalancingMethod> Methods { get; }

    /// <summary>The names joined by <c>+</c>.</summary>
    public string Name => string.Join('+', Methods.Select(method => method.Info.Name));

    /// <summary>Whether some method trains a head of its own for each modality.</summary>
    public bool UnimodalHeads => Methods.Any(method => method.Info.UnimodalHeads);

    /// <summary>The name of the method that takes several steps of the optimiser in every batch; null where none does.</summary>
    internal string? StepsWithinBatch => Methods.FirstOrDefault(method => method.Info.Owns.HasFlag(Phase.Passes))?.Info.Name;

    /// <summary>The fusion where the configuration names none.</summary>
    public string DefaultFusion => (Methods.FirstOrDefault(method => method.Info.Fusions is not null) ?? Methods[0]).Info.DefaultFusion;

    /// <summary>Why these methods cannot work with a fusion and these modalities; null where they can.</summary>
    public Refusal? Refuses(string fusion, IReadOnlyList<string> modalities) =>
        Methods.Select(method => method.Refuses(fusion, modalities)).FirstOrDefault(refusal => refusal is not null);

    /// <summary>Before the first step.</summary>
    public void Start(MultimodalModel model, int samples)
    {
        foreach (BalancingMethod method in Methods) method.Start(model, samples);
    }

    /// <summary>The passes over one batch.</summary>
    public IReadOnlyList<Pass> Passes(MultimodalModel model) => _passes.Passes(model);

    /// <summary>The losses of a pass.</summary>
    public LossSet Losses(StepContext step)
    {
        LossSet losses = new();
        _losses.Losses(step, losses);
        return losses;
    }

    /// <summary>Gradients into the parameters.</summary>
    public void CombineGradients(StepContext step, LossSet losses) => _gradients.CombineGradients(step, losses);

    /// <summary>After the backward pass, in the order of the methods.</summary>
    public void AfterBackward(StepContext step)
    {
        using GradMode off = GradMode.Off();
        foreach (BalancingMethod method in Methods) method.AfterBackward(step);
    }

    /// <summary>After the last step of an epoch.</summary>
    public void EpochEnd(EpochContext epoch)
    {
        foreach (BalancingMethod method in Methods) method.EpochEnd(epoch);
    }

    /// <summary>Fused scores at test time.</summary>
    public Prediction Predict(MultimodalModel model, ForwardResult forward) => _predict.Predict(model, forward);

    /// <summary>The state of all methods, by <c>method.name</c>.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State() =>
        Methods.SelectMany(method => method.State().Select(pair => KeyValuePair.Create($"{method.Info.Name}.{pair.Key}", pair.Value)));

    /// <summary>Takes saved state over.</summary>
    public void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (BalancingMethod method in Methods)
        {
            string prefix = method.Info.Name + ".";
            method.LoadState(state.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (BalancingMethod method in Methods) method.Dispose();
    }

    private BalancingMethod Owner(Phase phase)
    {
        BalancingMethod[] owners = [.. Methods.Where(method => method.Info.Owns.HasFlag(phase))];
        if (owners.Length > 1)
            throw new ProblemException($"method: {owners[0].Info.Name} and {owners[1].Info.Name} both decide the {phase.ToString().ToLowerInvariant()} of a step; take one of them");
        return owners.Length == 1 ? owners[0] : new Joint();
    }
}
