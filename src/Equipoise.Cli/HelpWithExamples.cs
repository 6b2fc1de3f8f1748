using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Equipoise.Cli;

/// <summary>The usual help, followed by the command's examples.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const string Mark = "\n\nExample";
    private readonly Dictionary<Command, string> _examples = [];
    private readonly HelpAction _help = new();

    private HelpWithExamples(Command root) => Split(root);

    /// <summary>Gives a tree of commands its help: what stands after a blank line and "Example" in a description follows the options.</summary>
    internal static void Attach(Command root) => root.Options.Add(new HelpOption { Action = new HelpWithExamples(root) });

    public override int Invoke(ParseResult parseResult)
    {
        int code = _help.Invoke(parseResult);
        if (_examples.TryGetValue(parseResult.CommandResult.Command, out string? examples)) parseResult.InvocationConfiguration.Output.WriteLine(examples);
        return code;
    }

    private void Split(Command command)
    {
        string text = (command.Description ?? "").ReplaceLineEndings("\n");
        int at = text.IndexOf(Mark, StringComparison.Ordinal);
        if (at >= 0)
        {
            command.Description = text[..at];
            _examples[command] = text[(at + 2)..] + "\n";
        }
        foreach (Command sub in command.Subcommands) Split(sub);
    }
}
