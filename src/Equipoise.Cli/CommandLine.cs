using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Equipoise.Cli.Commands;
using Equipoise.Data;

namespace Equipoise.Cli;

/// <summary>The whole command line: parses, runs one command, turns whatever happens into an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs the program with its arguments.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        using CancellationTokenSource cancellation = new();
        using PosixSignalRegistration interrupt = Cancel(PosixSignal.SIGINT, cancellation);
        using PosixSignalRegistration terminate = Cancel(PosixSignal.SIGTERM, cancellation);
        Command root = Root(new CommandContext(output, error, cancellation.Token));
        ParseResult parse = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parse.Errors.Count > 0 && parse.Action is not HelpAction)
        {
            foreach (string line in Problems(parse)) error.WriteLine(line);
            return ExitCode.Mistake;
        }
        return Failures.Catch(error, () => parse.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }));
    }

    /// <summary>The root command with everything below it.</summary>
    internal static Command Root(CommandContext context)
    {
        Command root = new("equipoise", "Trains multimodal classifiers in which every modality pulls its weight.")
        {
            DataCommand.Create(context), TrainCommand.Create(context), EvaluateCommand.Create(context),
            PredictCommand.Create(context), BenchCommand.Create(context), ReportCommand.Create(context), ReplayCommand.Create(context),
            MethodsCommand.Create(context), DoctorCommand.Create(context),
        };
        root.Options.Add(new HelpOption());
        root.Options.Add(VersionOption(context));
        root.SetAction(_ => ExitCode.Mistake);
        return root;
    }

    private static Option<bool> VersionOption(CommandContext context)
    {
        Option<bool> version = new("--version") { Description = "Show the version and leave", Action = new VersionAction(context) };
        return version;
    }

    /// <summary>One line per problem, with the nearest name where one was meant.</summary>
    private static IEnumerable<string> Problems(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string[] known = [.. command.Subcommands.Select(sub => sub.Name), .. command.Options.SelectMany(option => option.Aliases.Append(option.Name))];
        HashSet<string> unknown = [.. parse.UnmatchedTokens];
        foreach (string token in unknown)
            yield return $"equipoise: '{token}' is unknown here; {(Nearest.Name(token, known) is { } near ? $"did you mean {near}?" : $"see equipoise {PathOf(parse)}--help")}";
        foreach (ParseError problem in parse.Errors.Where(problem => unknown.Count == 0))
            yield return $"equipoise {PathOf(parse)}: {problem.Message.ReplaceLineEndings(" ")} See equipoise {PathOf(parse)}--help".Replace(" :", ":");
    }

    private static string PathOf(ParseResult parse)
    {
        string path = "";
        for (SymbolResult? at = parse.CommandResult; at is CommandResult { Parent: not null } command; at = command.Parent) path = $"{command.Command.Name} {path}";
        return path;
    }

    private static PosixSignalRegistration Cancel(PosixSignal signal, CancellationTokenSource cancellation) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = !cancellation.IsCancellationRequested;
        cancellation.Cancel();
    });

    private sealed class VersionAction(CommandContext context) : System.CommandLine.Invocation.SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            context.Output.WriteLine($"equipoise {typeof(CommandLine).Assembly.GetName().Version!.ToString(3)}");
            return ExitCode.Done;
        }
    }
}
