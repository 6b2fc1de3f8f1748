namespace Equipoise.Formats;

/// <summary>A file of named tensors, read one by one.</summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The names, in the order of the file.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="InvalidFileException">There is none of this name.</exception>
    (ElementType Type, long[] Shape) Header(string name);

    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidFileException">There is none of this name, it is larger than 2 GiB, or damaged.</exception>
    NdArray Read(string name);
}
