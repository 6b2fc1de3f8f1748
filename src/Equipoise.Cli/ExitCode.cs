namespace Equipoise.Cli;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCode
{
    internal const int Done = 0;

    /// <summary>It ran, and the result is negative: a trace differs, the machine is not ready, a loss became NaN.</summary>
    internal const int Negative = 1;

    /// <summary>The user's mistake or bad input.</summary>
    internal const int Mistake = 2;

    internal const int Bug = 70;

    /// <summary>Interrupted; the state is saved.</summary>
    internal const int Interrupted = 130;
}
