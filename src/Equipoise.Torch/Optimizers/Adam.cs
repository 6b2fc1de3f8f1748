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
        foreach (Moved one in moved) Move(one.Name, one.Parameter, one.Gradient, one.Rate);
    }

    private void Move(string name, Tensor parameter, Tensor gradient, double rate)
    {
        Tensor first = StateOf($"first.{name}", () => parameter.Detach() * 0);
        Tensor second = StateOf($"second.{name}", () => parameter.Detach() * 0);
        Tensor steps = StateOf($"steps.{name}", () => Tensor.From([0.0]));
        steps.AddInPlace(Tensor.From([1.0]));
        double t = steps.ToDouble();
        double decay = decoupled ? 0 : weightDecay, shrink = decoupled ? 1 - rate * weightDecay : 1;
        AdamOp.CallInPlace(
            parameter, gradient, first, second, decay, shrink, beta1, beta2, 1 / Math.Sqrt(1 - Math.Pow(beta2, t)), epsilon, rate / (1 - Math.Pow(beta1, t)));
    }
}
