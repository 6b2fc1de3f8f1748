using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Equipoise.Benchmarks;

/// <summary>What a call costs where the work itself is small: operators beside C++, and the readers. Measured by BenchmarkDotNet.</summary>
internal static class OperatorBenchmark
{
    internal static IEnumerable<Row> Rows()
    {
        Dictionary<string, BenchmarkReport> small = Run<SmallOperators>();
        yield return OverCpp("a + b of 2×3 numbers, from C#", small["Add"], small["AddFromCpp"]);
        yield return OverCpp("a += b of 2×3 numbers, in place, from C#", small["AddInPlace"], small["AddInPlaceFromCpp"]);
        foreach (var (name, report) in Run<Readers>()) yield return new Row($"reader: {Words(name)}", $"{Microseconds(report)} µs, {Allocated(report)} B allocated");
    }

    private static Row OverCpp(string work, BenchmarkReport ours, BenchmarkReport cpp)
    {
        double over = (ours.ResultStatistics!.Mean - cpp.ResultStatistics!.Mean) / 1000;
        return new Row(
            work, $"{Microseconds(ours)} µs, {Allocated(ours)} B allocated", $"{Microseconds(cpp)} µs (C++)",
            string.Create(CultureInfo.InvariantCulture, $"{over:f2} µs over C++"), "≤ 0.40 µs over C++");
    }

    private static Dictionary<string, BenchmarkReport> Run<T>()
    {
        Console.Error.WriteLine($"{typeof(T).Name} …");
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "equipoise-benchmark", "operators"));
        Summary summary = BenchmarkRunner.Run<T>(config);
        if (summary.HasCriticalValidationErrors) throw new InvalidOperationException(string.Join('\n', summary.ValidationErrors.Select(error => error.Message)));
        return summary.Reports.ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name);
    }

    private static string Microseconds(BenchmarkReport report) => Tables.Number(report.ResultStatistics!.Mean / 1000);

    private static string Allocated(BenchmarkReport report) => (report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0).ToString("n0", CultureInfo.InvariantCulture);

    private static string Words(string name) => string.Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}")).Trim();
}
