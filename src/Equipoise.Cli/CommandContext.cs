namespace Equipoise.Cli;

/// <summary>What every command works with.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress and messages.</param>
/// <param name="Cancellation">Set by Ctrl-C and SIGTERM.</param>
internal sealed record CommandContext(TextWriter Output, TextWriter Error, CancellationToken Cancellation);
