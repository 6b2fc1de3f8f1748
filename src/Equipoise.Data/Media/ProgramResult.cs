namespace Equipoise.Data.Media;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit status; 0 is success.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Messages">What it complained about (its standard error).</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Messages);
