using Equipoise.Methods;
using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>Stands last among the methods, changes nothing, and keeps what the optimiser is about to get and to move, pass by pass.</summary>
internal sealed class GradientSpy : BalancingMethod
{
    private readonly List<Dictionary<string, float[]>> _gradients = [], _parameters = [];

    public override MethodInfo Info { get; } = new() { Name = "spy", Summary = "watches", Paper = "none", Category = "test" };

    internal IReadOnlyList<IReadOnlyDictionary<string, float[]>> Gradients => _gradients;

    internal IReadOnlyList<IReadOnlyDictionary<string, float[]>> Parameters => _parameters;

    internal void Forget()
    {
        _gradients.Clear();
        _parameters.Clear();
    }

    public override void AfterBackward(StepContext step)
    {
        _parameters.Add(step.Model.NamedParameters().ToDictionary(pair => pair.Name, pair => pair.Tensor.ToArray<float>()));
        _gradients.Add(step.Model.NamedParameters().Select(pair => (pair.Name, pair.Tensor.Grad)).Where(pair => pair.Grad is not null)
            .ToDictionary(pair => pair.Name, pair => pair.Grad!.ToArray<float>()));
    }
}
