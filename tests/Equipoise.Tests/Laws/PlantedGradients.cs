using Equipoise.Methods;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>Stands first among the methods and puts given gradients in the place of what back-propagation gave.</summary>
internal sealed class PlantedGradients(IReadOnlyDictionary<string, float[]> gradients) : BalancingMethod
{
    public override MethodInfo Info { get; } = new() { Name = "planted", Summary = "plants gradients", Paper = "none", Category = "test" };

    public override void AfterBackward(StepContext step)
    {
        foreach (var (name, parameter) in step.Model.NamedParameters())
            if (gradients.TryGetValue(name, out float[]? values)) parameter.Grad = Tensor.From(values, parameter.Shape);
    }
}
