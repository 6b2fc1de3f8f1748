namespace Equipoise.Torch.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015) and, with decoupled weight decay, AdamW (Loshchilov and Hutter 2019), in PyTorch's form; each parameter is moved in one pass over memory.
/// </summary>
/// <param name="parameters">What is moved.</param>
/// <param name="learningRate">Step size.</param>
/// <param name="weightDecay">Pull towards zero; 0 for none.</param>
/// <param name="decoupled">True for AdamW: the pull does not pass through the moments.</param>
/// <param name="beta1">Memory of the first moment.</param>
/// <param name="beta2">Memory of the second moment.</param>
/// <param name="epsilon">Added to the root of the second moment.</param>
/// <param name="factor">What the step size of a parameter is multiplied by, by its name; null for 1 everywhere.</param>
public sealed class Adam(
    IEnumerable<(string Name, Tensor Tensor)> parameters, double learningRate, double weightDecay = 0, bool decoupled = false,
    double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, Func<string, double>? factor = null)
    : Optimizer(parameters, learningRate, factor)
{
    private static readonly Operator AdamOp = Operator.Get("equipoise::adam");

    /// <inheritdoc />
    protected override void Move(IReadOnlyList<Moved> moved)
    {
        Tensor[] first = [.. moved.Select(one => StateOf($"first.{one.Name}", () => one.Parameter.Detach() * 0))];
        Tensor[] second = [.. moved.Select(one => StateOf($"second.{one.Name}", () => one.Parameter.Detach() * 0))];
        double[] steps = [.. moved.Select(one => CountStep(one.Name))];
        double[] shrinks = [.. moved.Select(one => decoupled ? 1 - one.Rate * weightDecay : 1)];
        double[] roots = [.. steps.Select(t => 1 / Math.Sqrt(1 - Math.Pow(beta2, t)))];
        double[] rates = [.. moved.Zip(steps, (one, t) => one.Rate / (1 - Math.Pow(beta1, t)))];
        AdamOp.CallInPlace(
            moved.Select(one => one.Parameter).ToArray(), moved.Select(one => one.Gradient).ToArray(), first, second, decoupled ? 0 : weightDecay, shrinks, beta1, beta2, roots, epsilon, rates);
    }

    /// <summary>The steps of a parameter, this one counted; on the processor, where they are read.</summary>
    private double CountStep(string name)
    {
        using DeviceScope here = DeviceScope.Begin(Device.Cpu);
        Tensor steps = StateOf($"steps.{name}", () => Tensor.From([0.0]));
        steps.AddInPlace(Tensor.From([1.0]));
        return steps.ToDouble();
    }
}
