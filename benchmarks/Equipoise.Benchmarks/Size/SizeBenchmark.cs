using System.Diagnostics;
using System.Globalization;
using Equipoise.Torch;

namespace Equipoise.Benchmarks;

/// <summary>
/// Time and memory of the commands, each a process of its own, where the data are large: a million rows of features, and a pack of 20 GB that trains
/// in a control group of 2 GB.
/// </summary>
internal static class SizeBenchmark
{
    private const long Limit = 2L << 30;

    internal static void Run(TextWriter output, string folder)
    {
        Directory.CreateDirectory(folder);
        Tables.Heading(output);
        Tables.Rows(output, ["command", "seconds", "peak memory, MiB"], [.. Million(folder), .. TwentyGigabytes(folder)]);
    }

    /// <summary>A million rows of two modalities of 24 numbers: 750,000 of them train, the rest test.</summary>
    private static IEnumerable<string[]> Million(string folder)
    {
        string train = Path.Combine(folder, "train.npz"), test = Path.Combine(folder, "test.npz"), pack = Path.Combine(folder, "million");
        LargeData.WriteFeatures(train, 750_000, seed: 1);
        LargeData.WriteFeatures(test, 250_000, seed: 2);
        yield return Measure("data import of 1,000,000 rows", null, "data", "import", "--train", train, "--test", test, "--out", pack);
        yield return Measure("data inspect", null, "data", "inspect", pack);
        yield return Measure("train, one epoch, test included", null, "train", "--data", pack, "--out", Path.Combine(folder, "run-million"), "--force", "--quiet", "--set", "train.epochs=1", "--set", "train.batch_size=256");
        Directory.Delete(pack, recursive: true);
        Directory.Delete(Path.Combine(folder, "run-million"), recursive: true);
        File.Delete(train);
        File.Delete(test);
    }

    /// <summary>Twenty gigabytes of pictures in sparse shards, so that they take no room on the disk.</summary>
    private static IEnumerable<string[]> TwentyGigabytes(string folder)
    {
        string pack = Path.Combine(folder, "large");
        double gigabytes = LargeData.WriteSparsePack(pack) / 1e9;
        using ControlGroup? group = ControlGroup.TryMake(Limit);
        string where = group is null ? "no control group can be made here" : "in a control group of 2 GiB";
        yield return Measure(string.Create(CultureInfo.InvariantCulture, $"train, one epoch on {gigabytes:f1} GB of pictures, {where}"), group, "train", "--data", pack, "--out", Path.Combine(folder, "run-large"), "--force", "--quiet", "--set", "train.epochs=1", "--set", "model.modalities.visual.encoder={type: cnn, channels: [8, 16]}", "--set", "model.modalities.features={}");
        Directory.Delete(pack, recursive: true);
        Directory.Delete(Path.Combine(folder, "run-large"), recursive: true);
    }

    private static string[] Measure(string work, ControlGroup? group, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Equipoise.Cli");
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using ControlGroup.Membership? inside = group?.Enter(); // A child is where its parent was when it began.
        double peak = 0;
        double seconds = Rounds.Time(() =>
        {
            using Process process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            while (!process.WaitForExit(20)) peak = Math.Max(peak, PeakBytes(process.Id));
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"'{work}' ended with exit code {process.ExitCode}");
        });
        return [work, Tables.Number(seconds), Tables.Number((group?.PeakBytes ?? peak) / (1 << 20))];
    }

    /// <summary>The most that a process ever held, by the kernel's own count; 0 once it has ended.</summary>
    private static double PeakBytes(int process)
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
