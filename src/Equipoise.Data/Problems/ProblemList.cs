namespace Equipoise.Data;

/// <summary>Gathers every problem of an input, so that all are told at once.</summary>
public sealed class ProblemList
{
    private const int Most = 20;
    private readonly List<string> _problems = [];

    /// <summary>How many there are.</summary>
    public int Count => _problems.Count;

    /// <summary>Adds a problem: where it is, what it is, what to do about it.</summary>
    public void Add(string where, string what, string remedy) =>
        _problems.Add(remedy.Length == 0 ? $"{where}: {what}" : $"{where}: {what}; {remedy}");

    /// <summary>Ends with all problems where there are any.</summary>
    /// <exception cref="ProblemException">There are problems; past twenty only their number is told.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count == 0) return;
        int more = _problems.Count - Most;
        throw new ProblemException(more > 0 ? [.. _problems.Take(Most), $"and {more} more of the same kind"] : [.. _problems]);
    }
}
