using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Equipoise.Benchmarks;

/// <summary>
/// What the convolutions of a joint step take, by oneDNN's own log, and how far they are from the processor's peak. Operations are those of the
/// direct method; Winograd's takes fewer, so that it may pass the peak.
/// </summary>
internal static partial class ConvolutionProfile
{
    internal static IEnumerable<Row> Rows(int batch)
    {
        double single = Enumerable.Range(0, 5).Max(_ => PeakFloat32()), half = Enumerable.Range(0, 5).Max(_ => PeakBFloat16());
        string self = Environment.ProcessPath!, size = $"{batch}";
        yield return Of("PyTorch's, float32", Log(Rival.Interpreter, $"joint {MemoryBenchmark.Steps}\n", Rival.Script("steps.py"), size, $"{Environment.ProcessorCount}"), single);
        yield return Of("ours, float32", Log(self, "", "hold", "joint", "--batch", size), single);
        yield return Of("ours, bfloat16", Log(self, "", "hold", "joint", "--batch", size, "--bfloat16"), half);
    }

    private static Row Of(string whose, List<LoggedConvolution> all, double peak)
    {
        int half = all.Count / MemoryBenchmark.Steps * (MemoryBenchmark.Steps / 2);
        LoggedConvolution[] last = [.. all.Skip(all.Count - half)]; // The first steps warm up.
        double seconds = last.Sum(one => one.Seconds), operations = last.Sum(one => one.Operations), steps = MemoryBenchmark.Steps / 2;
        Console.Error.WriteLine($"convolutions, {whose}: {seconds / steps:f3} s");
        return new Row(
            $"convolutions of a joint step, {whose}",
            string.Create(CultureInfo.InvariantCulture, $"{seconds / steps:f3} s, {operations / seconds / 1e9:f0} GFLOP/s"),
            peak > 0 ? string.Create(CultureInfo.InvariantCulture, $"{peak / 1e9:f0} GFLOP/s (peak)") : "",
            peak > 0 ? Tables.Ratio(operations / seconds / peak) : "");
    }

    private static List<LoggedConvolution> Log(string program, string input, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["DNNL_VERBOSE"] = "1";
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        List<LoggedConvolution> found = [];
        while (process.StandardOutput.ReadLine() is { } line)
            if (LoggedConvolution.Read(line) is { } one) found.Add(one);
        process.WaitForExit();
        return found;
    }

    [LibraryImport("equipoise_direct", EntryPoint = "peak_float32")]
    private static partial double PeakFloat32();

    [LibraryImport("equipoise_direct", EntryPoint = "peak_bfloat16")]
    private static partial double PeakBFloat16();
}
