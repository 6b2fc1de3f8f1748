using System.Diagnostics;

namespace Equipoise.Data.Media;

/// <summary>A program of the system that Equipoise calls: found on PATH, and where it is absent the remedy is named.</summary>
internal sealed class ExternalProgram(string name, string package, string purpose)
{
    private const int MessageLimit = 64 * 1024;

    internal static ExternalProgram Ffmpeg { get; } = new("ffmpeg", "ffmpeg", "reads and writes sound and video");

    internal static ExternalProgram Espeak { get; } = new("espeak-ng", "espeak-ng", "speaks the digits");

    /// <summary>The full path of the program.</summary>
    /// <exception cref="ProblemException">It is not on PATH.</exception>
    internal string Locate()
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            if (File.Exists(Path.Combine(folder, name))) return Path.Combine(folder, name);
        throw new ProblemException($"{name}: is not on PATH ({purpose}); install it with: apt-get install {package}");
    }

    /// <summary>Runs the program to its end and returns its exit status and what it printed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the program is ended.</exception>
    internal ProgramResult Run(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ProcessStartInfo start = new(Locate(), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration ending = cancellation.Register(() => End(process));
        process.StandardInput.Close();
        Task<string> messages = Task.Run(() => ReadCapped(process.StandardError), CancellationToken.None);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        cancellation.ThrowIfCancellationRequested();
        return new ProgramResult(process.ExitCode, output, messages.GetAwaiter().GetResult());
    }

    private static string ReadCapped(StreamReader reader)
    {
        char[] kept = new char[MessageLimit], rest = new char[4096];
        int length = reader.ReadBlock(kept);
        while (reader.ReadBlock(rest) > 0)
        {
            // A file that draws endless complaints must not fill the memory; the first ones tell what is wrong.
        }
        return new string(kept, 0, length);
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }
}
