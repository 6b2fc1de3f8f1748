using Equipoise.Methods;
using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>Stands last among the methods, changes nothing, and keeps what the optimiser is about to get.</summary>
internal sealed class GradientSpy : BalancingMethod
{
    private readonly List<Dictionary<string, float[]>> _passes = [];

    public override MethodInfo Info { get; } = new() { Name = "spy", Summary = "watches", Paper = "none", Category = "test" };

    internal IReadOnlyList<IReadOnlyDictionary<string, float[]>> Seen => _passes;

    internal void Forget() => _passes.Clear();

    public override void AfterBackward(StepContext step) => _passes.Add(step.Model.NamedParameters()
        .Select(pair => (pair.Name, pair.Tensor.Grad)).Where(pair => pair.Grad is not null)
        .ToDictionary(pair => pair.Name, pair => pair.Grad!.ToArray<float>()));
}
