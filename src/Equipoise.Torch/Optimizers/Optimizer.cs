namespace Equipoise.Torch.Optimizers;

/// <summary>Moves parameters along their gradients. Parameters without a gradient stay where they are.</summary>
public abstract class Optimizer : IDisposable
{
    private static readonly string[] MomentKinds = ["momentum", "first", "second"];
    private readonly Dictionary<string, Tensor> _state = [];

    /// <summary>Prepares to move the given parameters.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="factor">What the step size of a parameter is multiplied by, by its name; null for 1 everywhere.</param>
    protected Optimizer(IEnumerable<(string Name, Tensor Tensor)> parameters, double learningRate, Func<string, double>? factor)
    {
        Parameters = [.. parameters.Select(pair => (pair.Name, pair.Tensor, factor?.Invoke(pair.Name) ?? 1))];
        LearningRate = learningRate;
    }

    /// <summary>What is moved, by name, each with the factor of its step size.</summary>
    public IReadOnlyList<(string Name, Tensor Tensor, double Factor)> Parameters { get; }

    /// <summary>The step size of a parameter with factor 1; schedules set it.</summary>
    public double LearningRate { get; set; }

    /// <summary>Moments and the like, by <c>kind.parameter</c>; part of a checkpoint.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>The running moments of one parameter's gradients: momentum, or Adam's two; none before its first step.</summary>
    public IEnumerable<Tensor> Moments(string parameter) =>
        MomentKinds.Select(kind => _state.GetValueOrDefault($"{kind}.{parameter}")).OfType<Tensor>();

    /// <summary>One step with the gradients gathered so far.</summary>
    public void Step()
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        List<Moved> moved = new(Parameters.Count);
        foreach (var (name, parameter, factor) in Parameters)
            if (parameter.Grad is { } gradient) moved.Add(new Moved(name, parameter, gradient, LearningRate * factor));
        Move(moved);
    }

    /// <summary>Forgets the gradients.</summary>
    public void ClearGradients()
    {
        foreach (var (_, parameter, _) in Parameters) parameter.Grad = null;
    }

    /// <summary>Takes saved state over, as a copy that is laid out in memory as its parameter is.</summary>
    public void LoadState(IEnumerable<KeyValuePair<string, Tensor>> state)
    {
        foreach (Tensor old in _state.Values) old.Dispose();
        _state.Clear();
        Dictionary<string, Tensor> parameters = Parameters.ToDictionary(entry => entry.Name, entry => entry.Tensor);
        foreach (var (name, tensor) in state)
        {
            bool moment = parameters.TryGetValue(name[(name.IndexOf('.') + 1)..], out Tensor? parameter) && parameter.Shape.AsSpan().SequenceEqual(tensor.Shape);
            Tensor copy = moment ? parameter!.EmptyLike() : tensor.Clone().To(Device.Cpu);
            if (moment) copy.CopyInPlace(tensor);
            _state[name] = copy.Own();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (Tensor tensor in _state.Values) tensor.Dispose();
        _state.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves the parameters that have a gradient; gradients are off and temporaries end with the step.</summary>
    protected abstract void Move(IReadOnlyList<Moved> moved);

    /// <summary>A tensor of state, made on first use.</summary>
    protected Tensor StateOf(string name, Func<Tensor> make)
    {
        if (!_state.TryGetValue(name, out Tensor? tensor)) _state[name] = tensor = make().Own();
        return tensor;
    }

    /// <summary>Whether a tensor of state exists.</summary>
    protected bool HasState(string name) => _state.ContainsKey(name);
}

/// <summary>A parameter that is about to be moved.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameter">The parameter.</param>
/// <param name="Gradient">Its gradient.</param>
/// <param name="Rate">Its step size.</param>
public readonly record struct Moved(string Name, Tensor Parameter, Tensor Gradient, double Rate);
