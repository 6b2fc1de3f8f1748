namespace Equipoise.Formats;

/// <summary>A class or function that a pickle names; it is never looked up, let alone called.</summary>
internal sealed class PickleGlobal(string module, string name)
{
    internal string FullName { get; } = $"{module}.{name}";
}

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    internal object?[] Items { get; } = items;
}

/// <summary>A list, or a set: its items in the order in which they came.</summary>
internal sealed class PickleList
{
    private List<object?>? _items;

    internal IReadOnlyList<object?> Items => _items ?? [];

    internal void Add(object?[] items) => (_items ??= []).AddRange(items);
}

/// <summary>A dictionary, ordered as it was filled; of equal keys the last counts.</summary>
internal sealed class PickleDict
{
    private static readonly Dictionary<string, object?> Empty = [];
    private Dictionary<string, object?>? _byName;

    /// <summary>The entries whose key is a text; others (the optimiser's, say) have no name to be asked by.</summary>
    internal IReadOnlyDictionary<string, object?> ByName => _byName ?? Empty;

    internal void Set(object? key, object? value)
    {
        if (key is string name) (_byName ??= new(StringComparer.Ordinal))[name] = value;
    }
}

/// <summary>Something harmless that is no tensor and of no further interest: a numpy scalar, a Namespace.</summary>
internal sealed class PickleOpaque;
