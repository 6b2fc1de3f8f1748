using System.CommandLine;

namespace Equipoise.Cli.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    internal static Option<bool> Json() => new("--json") { Description = "Print the result as one JSON object" };

    internal static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Say nothing but the result" };

    internal static Option<string> Out(string what) => new("--out", "-o") { Description = what, Required = true };

    internal static Option<string[]> Set() => new("--set") { Description = "A dotted key and its value, for instance train.epochs=30; repeatable", HelpName = "key=value" };

    /// <summary>Splits <c>key=value</c> settings.</summary>
    internal static IEnumerable<(string Key, string Value)> Settings(IEnumerable<string>? settings, string option = "--set", string example = "train.epochs=30") => (settings ?? []).Select(text =>
    {
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return at > 0 ? (text[..at], text[(at + 1)..]) : throw new Data.ProblemException($"{option} {text}: has no value; write {option} {example}");
    });

    /// <summary>Texts separated by commas, or given several times.</summary>
    internal static string[] Split(IEnumerable<string>? texts) => [.. (texts ?? []).SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
}
