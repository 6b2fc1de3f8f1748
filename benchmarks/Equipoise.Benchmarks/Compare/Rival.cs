using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Equipoise.Benchmarks;

/// <summary>The plain PyTorch program that stands beside: a process that waits for its turn, runs a case, and says how long it took.</summary>
internal sealed class Rival : IDisposable
{
    /// <summary>Debian's own, or what EQUIPOISE_PYTHON names: one that holds torch and torchvision.</summary>
    internal static readonly string Interpreter = Environment.GetEnvironmentVariable("EQUIPOISE_PYTHON") is { Length: > 0 } chosen ? chosen : "/usr/bin/python3";

    private readonly Process _process;

    /// <summary>Starts a program of <c>benchmarks/pytorch</c> and waits until it is ready.</summary>
    internal Rival(string script, params string[] arguments)
    {
        ProcessStartInfo start = new(Interpreter) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Script(script));
        foreach (string verbose in (string[])["DNNL_VERBOSE", "ONEDNN_VERBOSE"]) start.Environment.Remove(verbose); // Its answers come on stdout.
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        Answer();
    }

    /// <summary>Where a program lies.</summary>
    internal static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "pytorch", name);

    /// <summary>Seconds of each of so many runs of a case.</summary>
    internal double[] Run(string name, int count)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {count}"));
        return JsonSerializer.Deserialize<double[]>(Answer())!;
    }

    /// <summary>The largest resident memory so far, bytes.</summary>
    internal double PeakBytes() => Run("peak", 1)[0];

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000)) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the PyTorch program ended; what it said stands above");
}
