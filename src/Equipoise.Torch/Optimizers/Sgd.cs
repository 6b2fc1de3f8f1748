namespace Equipoise.Torch.Optimizers;

/// <summary>
/// Stochastic gradient descent: <c>d = g + weightDecay·p; v = momentum·v + d; p −= lr·v</c>, the first v being d (PyTorch's form).
/// </summary>
/// <param name="parameters">What is moved.</param>
/// <param name="learningRate">Step size.</param>
/// <param name="momentum">From 0 (none) to below 1.</param>
/// <param name="weightDecay">Pull towards zero; 0 for none.</param>
public sealed class Sgd(IEnumerable<(string Name, Tensor Tensor)> parameters, double learningRate, double momentum = 0, double weightDecay = 0)
    : Optimizer(parameters, learningRate)
{
    /// <inheritdoc />
    protected override void Move(string name, Tensor parameter, Tensor gradient)
    {
        Tensor direction = gradient;
        if (weightDecay != 0)
        {
            direction = gradient.Clone();
            direction.AddInPlace(parameter, weightDecay);
        }
        if (momentum != 0) direction = Velocity(name, direction);
        parameter.AddInPlace(direction, -LearningRate);
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
