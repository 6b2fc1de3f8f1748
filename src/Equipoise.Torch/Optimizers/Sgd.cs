namespace Equipoise.Torch.Optimizers;

/// <summary>
/// Stochastic gradient descent: <c>d = g + weightDecay·p; v = momentum·v + d; p −= lr·v</c>, the first v being d (PyTorch's form).
/// </summary>
/// <param name="parameters">What is moved.</param>
/// <param name="learningRate">Step size.</param>
/// <param name="momentum">From 0 (none) to below 1.</param>
/// <param name="weightDecay">Pull towards zero; 0 for none.</param>
/// <param name="factor">What the step size of a parameter is multiplied by, by its name; null for 1 everywhere.</param>
public sealed class Sgd(
    IEnumerable<(string Name, Tensor Tensor)> parameters, double learningRate, double momentum = 0, double weightDecay = 0, Func<string, double>? factor = null)
    : Optimizer(parameters, learningRate, factor)
{
    /// <inheritdoc />
    protected override void Move(string name, Tensor parameter, Tensor gradient, double rate)
    {
        Tensor direction = gradient;
        if (weightDecay != 0)
        {
            direction = gradient.Clone();
            direction.AddInPlace(parameter, weightDecay);
        }
        if (momentum != 0) direction = Velocity(name, direction);
        parameter.AddInPlace(direction, -rate);
    }

    private Tensor Velocity(string name, Tensor direction)
    {
        string key = $"momentum.{name}";
        if (!HasState(key)) return StateOf(key, direction.Clone);
        Tensor velocity = StateOf(key, direction.Clone);
        velocity.MulInPlace(momentum);
        velocity.AddInPlace(direction);
        return velocity;
    }
}
