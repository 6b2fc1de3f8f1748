using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using Equipoise.Cli.Commands;
using Equipoise.Data;

namespace Equipoise.Cli;

/// <summary>The whole command line: parses, runs one command, turns whatever happens into an exit code.</summary>
internal static class CommandLine
{
    /// <summary>SIGXFSZ: a write past the limit on file sizes is to fail like one on a full disk, not to end the program.</summary>
    private const int FileSizeSignal = 25;

    /// <summary>Runs the program with its arguments.</summary>
    internal static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        using CancellationTokenSource cancellation = new();
        using PosixSignalRegistration interrupt = Cancel(PosixSignal.SIGINT, cancellation);
        using PosixSignalRegistration terminate = Cancel(PosixSignal.SIGTERM, cancellation);
        using PosixSignalRegistration fileSize = PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, context => context.Cancel = true);
        Command root = Root(new CommandContext(output, error, cancellation.Token));
        ParseResult parse = root.Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if ((parse.Errors.Count > 0 || Bound(parse).Any(token => token.StartsWith('-') && token.Length > 1)) && parse.Action is not HelpWithExamples)
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
            DemoCommand.Create(context), DataCommand.Create(context), TrainCommand.Create(context), EvaluateCommand.Create(context),
            PredictCommand.Create(context), ProbeCommand.Create(context), ExportCommand.Create(context), BenchCommand.Create(context), ReportCommand.Create(context),
            ReplayCommand.Create(context),
            MethodsCommand.Create(context), DoctorCommand.Create(context),
        };
        HelpWithExamples.Attach(root);
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
        string[] options = [.. parse.UnmatchedTokens.Concat(Bound(parse)).Where(token => token.StartsWith('-')).Distinct()];
        foreach (string token in options) yield return $"equipoise {PathOf(parse)}: has no option {token}; {Meant(parse, token, Options(parse))}".Replace(" :", ":");
        if (options.Length > 0) yield break;
        foreach (string token in parse.UnmatchedTokens.Distinct())
            yield return $"equipoise {PathOf(parse)}: '{token}' is unknown; {Meant(parse, token, command.Subcommands.Select(sub => sub.Name))}".Replace(" :", ":");
        foreach (ParseError problem in parse.Errors.Where(_ => parse.UnmatchedTokens.Count == 0))
            yield return $"equipoise {PathOf(parse)}: {problem.Message.ReplaceLineEndings(" ")} See equipoise {PathOf(parse)}--help".Replace(" :", ":");
    }

    /// <summary>What was taken for an argument: a mistyped option among it is named as such.</summary>
    private static IEnumerable<string> Bound(ParseResult parse) => parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);

    private static IEnumerable<string> Options(ParseResult parse) => parse.CommandResult.Command.Options.Select(option => option.Name).Append("--help");

    private static string Meant(ParseResult parse, string token, IEnumerable<string> names) =>
        Nearest.Name(token, names) is { } near ? $"did you mean {near}?" : $"see equipoise {PathOf(parse)}--help";

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
