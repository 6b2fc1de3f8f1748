namespace Equipoise.Torch.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015) and, with decoupled weight decay, AdamW (Loshchilov and Hutter 2019), in PyTorch's form.
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
    /// <inheritdoc />
    protected override void Move(IReadOnlyList<Moved> moved)
    {
        foreach (Moved one in moved) Move(one.Name, one.Parameter, one.Gradient, one.Rate);
    }

    private void Move(string name, Tensor parameter, Tensor gradient, double rate)
    {
        if (decoupled) parameter.MulInPlace(1 - rate * weightDecay);
        else if (weightDecay != 0) gradient = gradient + parameter * weightDecay;
        Tensor first = StateOf($"first.{name}", () => parameter.Detach() * 0);
        Tensor second = StateOf($"second.{name}", () => parameter.Detach() * 0);
        Tensor steps = StateOf($"steps.{name}", () => Tensor.From([0.0]));
        steps.AddInPlace(Tensor.From([1.0]));
        double t = steps.ToDouble();
        first.MulInPlace(beta1);
        first.AddInPlace(gradient, 1 - beta1);
        second.MulInPlace(beta2);
        second.AddProductInPlace(gradient, gradient, 1 - beta2);
        Tensor denominator = second.Sqrt() * (1 / Math.Sqrt(1 - Math.Pow(beta2, t))) + epsilon;
        parameter.AddQuotientInPlace(first, denominator, -rate / (1 - Math.Pow(beta1, t)));
    }
}
