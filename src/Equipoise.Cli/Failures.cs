using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Report;
using Equipoise.Training;

namespace Equipoise.Cli;

/// <summary>The one place where a failure becomes lines and an exit code.</summary>
internal static class Failures
{
    internal static int Catch(TextWriter error, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception failure)
        {
            return Tell(error, failure is TypeInitializationException { InnerException: { } inner } ? inner : failure);
        }
    }

    private static int Tell(TextWriter error, Exception failure)
    {
        switch (failure)
        {
            case ProblemException problems:
                foreach (string line in problems.Problems) error.WriteLine(line);
                return ExitCode.Mistake;
            case DivergedException:
                error.WriteLine($"{failure.Message}; lower train.optimizer.lr or set train.clip_norm");
                return ExitCode.Negative;
            case OperationCanceledException:
                error.WriteLine("interrupted");
                return ExitCode.Interrupted;
            case InvalidFileException or ReportException or DllNotFoundException:
                error.WriteLine(failure.Message.ReplaceLineEndings(" "));
                return ExitCode.Mistake;
            case IOException or UnauthorizedAccessException or ArgumentOutOfRangeException { Message: "Specified file length was too large for the file system. (Parameter 'value')" }:
                error.WriteLine($"cannot read or write: {failure.Message.ReplaceLineEndings(" ")}; check space and permissions");
                return ExitCode.Mistake;
            default:
                error.WriteLine(failure);
                error.WriteLine("This is a bug in equipoise: please report it with the lines above.");
                return ExitCode.Bug;
        }
    }
}
