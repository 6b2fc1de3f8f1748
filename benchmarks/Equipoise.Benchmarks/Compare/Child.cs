using System.Diagnostics;
using System.Globalization;

namespace Equipoise.Benchmarks;

/// <summary>A program that runs to its end: how long it took, and the most memory it held by the kernel's own count.</summary>
/// <param name="Seconds">From start to end.</param>
/// <param name="PeakBytes">Resident memory; 0 where it ended before it could be asked.</param>
internal sealed record Child(double Seconds, double PeakBytes)
{
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0.</exception>
    internal static Child Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        double peak = 0;
        double seconds = Rounds.Time(() =>
        {
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            while (!process.WaitForExit(20)) peak = Math.Max(peak, PeakBytesOf($"{process.Id}"));
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}");
        });
        return new Child(seconds, peak);
    }

    /// <summary>The numbers that a program says in its one line.</summary>
    internal static double[] Ask(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. said.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }

    /// <summary>The most that a process (<c>self</c> for this one) ever held; 0 once it has ended.</summary>
    internal static double PeakBytesOf(string process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
