namespace Equipoise.Formats;

/// <summary>What the names in a pickle of PyTorch stand for.</summary>
internal interface ITorchNames
{
    /// <summary>A known class or function.</summary>
    /// <exception cref="TorchFileException">It is unknown.</exception>
    PickleGlobal Find(string module, string name);

    /// <summary>What Python would get by calling it.</summary>
    object Make(PickleGlobal called, object?[] arguments);

    /// <summary>The storage that a persistent id names.</summary>
    TorchStorage Storage(object?[] id);
}
