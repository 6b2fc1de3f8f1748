using System.Diagnostics;

namespace Equipoise.Testing;

/// <summary>
/// The distribution's own Python with PyTorch: an independent program that says what is right. Tests hand it a script
/// and files; where it is not installed they are skipped (in CI they fail).
/// </summary>
public static class PythonOracle
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly Lazy<bool> Available = new(() => File.Exists(Interpreter) && TryRun("import torch").ExitCode == 0);

    /// <summary>Runs Python source with arguments (<c>sys.argv[1:]</c>) and returns what it printed.</summary>
    public static string Run(string source, params string[] arguments)
    {
        Requirement.Need(Available.Value, "needs Debian's python3-torch as oracle");
        var (exitCode, output, error) = TryRun(source, arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"the oracle failed:\n{error}");
    }

    private static (int ExitCode, string Output, string Error) TryRun(string source, params string[] arguments)
    {
        ProcessStartInfo start = new(Interpreter) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(source);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
