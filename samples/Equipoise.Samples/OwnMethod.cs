using Equipoise.Configuration;
using Equipoise.Gradients;
using Equipoise.Methods;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Samples;

#region OwnMethod
/// <summary>A method of one's own: beside the joint loss every modality has one of its own, and the one that is behind counts more.</summary>
/// <param name="memory">How slowly a modality's standing follows its score, from 0 to below 1.</param>
public sealed class Laggard(double memory = 0.9) : BalancingMethod
{
    private readonly Dictionary<string, double> _standing = [];

    public override MethodInfo Info { get; } = new()
    {
        Name = "laggard",
        Summary = "weighs each modality's own loss by how far it is behind",
        Paper = "none",
        Category = "weighting",
        Owns = Phase.Losses,
        UnimodalHeads = true,
    };

    public override void Losses(StepContext step, LossSet losses)
    {
        losses.AddJoint(step);
        foreach (string modality in step.Model.Modalities.Where(step.HasSamples))
        {
            _standing[modality] = memory * _standing.GetValueOrDefault(modality) + (1 - memory) * step.Score(modality);
            step.Figure($"standing.{modality}", _standing[modality]);
            losses.AddUnimodal(step, modality, weight: 1 - _standing[modality]);
        }
    }

    public override IEnumerable<KeyValuePair<string, Tensor>> State() =>
        _standing.Select(pair => KeyValuePair.Create(pair.Key, Tensor.From([pair.Value], 1)));

    public override void LoadState(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (var (modality, value) in state) _standing[modality] = value.ToDouble();
    }
}
#endregion

/// <summary>Trains with it.</summary>
public static class OwnMethod
{
    #region Plugin
    /// <summary>Configurations that are read with this may say <c>method: {name: laggard, memory: 0.8}</c>.</summary>
    public static Plugins Plugin { get; } = new() { Methods = { ["laggard"] = map => new Laggard(map.Number("memory", 0.9, min: 0, max: 0.999)) } };
    #endregion

    /// <summary>Trains; the run stays in the folder.</summary>
    public static RunResult Train(string folder) => ArraysInMemory.Train(folder, "laggard", Plugin);
}
