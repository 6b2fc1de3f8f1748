namespace Equipoise.Formats;

/// <summary>A file of PyTorch, in either of its formats.</summary>
internal interface ITorchArchive : IDisposable
{
    /// <summary>What was saved.</summary>
    object? Root { get; }

    /// <summary>What is wrong with a storage, asked before any of it is read; null for nothing.</summary>
    string? Problem(TorchStorage storage);

    /// <summary>Bytes of a storage.</summary>
    byte[] Read(TorchStorage storage, long offset, int length);
}
