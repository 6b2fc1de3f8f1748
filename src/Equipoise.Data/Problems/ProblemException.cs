using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>The user's mistakes or bad input: one line per problem, saying what, where and what to do.</summary>
public sealed class ProblemException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems.Select(OneLine.Of)))
{
    /// <summary>A single problem.</summary>
    public ProblemException(string problem) : this([problem])
    {
    }

    /// <summary>One line per problem.</summary>
    public IReadOnlyList<string> Problems { get; } = [.. problems.Select(OneLine.Of)];
}
