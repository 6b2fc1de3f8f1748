namespace Equipoise.Formats;

/// <summary>A file is not what it should be: which file, what is wrong with it, and what to do. The message is one line.</summary>
public sealed class InvalidFileException(string path, string problem, string remedy)
    : Exception(OneLine.Of($"{path}: {problem}; {remedy}"))
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong.</summary>
    public string Problem { get; } = problem;

    /// <summary>What to do about it.</summary>
    public string Remedy { get; } = remedy;
}
