namespace Equipoise.Torch.Nn;

/// <summary>A part of a network: it owns its parameters and buffers, and names them as PyTorch's state dicts do.</summary>
public abstract class Module : IDisposable
{
    private readonly List<(string Name, Tensor Tensor)> _parameters = [];
    private readonly List<(string Name, Tensor Tensor)> _buffers = [];
    private readonly List<(string Name, Module Module)> _children = [];
    private bool _train = true;

    /// <summary>Whether the network learns now (batch statistics, dropout) or is used; a frozen part is always used.</summary>
    public bool Training => _train && !Frozen;

    /// <summary>Whether this part is frozen: no gradient reaches its parameters, its running statistics stay, nothing is dropped.</summary>
    public bool Frozen { get; private set; }

    /// <summary>Switches this part and all below it between learning and use.</summary>
    public void Train(bool on = true)
    {
        _train = on;
        foreach (var (_, module) in _children) module.Train(on);
    }

    /// <summary>Freezes this part and all below it, or thaws them.</summary>
    public void Freeze(bool on = true)
    {
        Frozen = on;
        foreach (var (_, tensor) in _parameters) tensor.RequiresGrad = !on;
        foreach (var (_, module) in _children) module.Freeze(on);
    }

    /// <summary>Freezes what bears a dotted name: a part with all below it, or one parameter.</summary>
    /// <returns>Whether anything bears it.</returns>
    public bool Freeze(string name)
    {
        bool any = false;
        foreach (var (_, tensor) in _parameters.Where(pair => IsWithin(pair.Name, name)))
        {
            tensor.RequiresGrad = false;
            any = true;
        }
        foreach (var (own, module) in _children)
        {
            bool within = IsWithin(own, name);
            if (within) module.Freeze();
            any |= within || (IsWithin(name, own) && module.Freeze(name[(own.Length + 1)..]));
        }
        return any;
    }

    /// <summary>The names of what does not move: parameters that get no gradient, and buffers of frozen parts.</summary>
    public IEnumerable<string> FrozenNames(string prefix = "") => Named(module => module._parameters, prefix).Where(pair => !pair.Tensor.RequiresGrad)
        .Concat(Named(module => module.Frozen ? module._buffers : [], prefix))
        .Select(pair => pair.Name);

    /// <summary>Every parameter with its dotted name, in the order of construction.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedParameters(string prefix = "") => Named(module => module._parameters, prefix);

    /// <summary>Every buffer (running statistics) with its dotted name, in the order of construction.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> NamedBuffers(string prefix = "") => Named(module => module._buffers, prefix);

    /// <summary>Parameters, then buffers, by name: what a checkpoint holds.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> StateDict(string prefix = "") => NamedParameters(prefix).Concat(NamedBuffers(prefix));

    /// <summary>Disposes every parameter and buffer of this part and of all below it.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes parameters, buffers and the parts below.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var (_, tensor) in _parameters.Concat(_buffers)) tensor.Dispose();
        foreach (var (_, module) in _children) module.Dispose();
    }

    /// <summary>Takes a tensor as a parameter of this part: owned here, differentiated.</summary>
    protected Tensor Parameter(string name, Tensor value)
    {
        value.Own();
        value.RequiresGrad = true;
        _parameters.Add((name, value));
        return value;
    }

    /// <summary>Takes a tensor as a buffer of this part: owned here, saved, not differentiated.</summary>
    protected Tensor Buffer(string name, Tensor value)
    {
        _buffers.Add((name, value.Own()));
        return value;
    }

    /// <summary>Takes another part as a child of this one.</summary>
    protected T Child<T>(string name, T module) where T : Module
    {
        _children.Add((name, module));
        return module;
    }

    private IEnumerable<(string Name, Tensor Tensor)> Named(Func<Module, List<(string Name, Tensor Tensor)>> own, string prefix)
    {
        foreach (var (name, tensor) in own(this)) yield return (Join(prefix, name), tensor);
        foreach (var (name, module) in _children)
            foreach (var pair in module.Named(own, Join(prefix, name)))
                yield return pair;
    }

    private static bool IsWithin(string name, string part) => name == part || name.StartsWith(part + ".", StringComparison.Ordinal);

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
