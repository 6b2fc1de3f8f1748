using System.Globalization;

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
        Tables.Rows(output, ["command", "seconds", "peak memory, MiB"], [.. Features(folder, 100_000), .. Features(folder, 1_000_000), .. TwentyGigabytes(folder)]);
    }

    /// <summary>Rows of two modalities of 24 numbers: three quarters of them train, the rest test.</summary>
    private static IEnumerable<string[]> Features(string folder, int rows)
    {
        string train = Path.Combine(folder, "train.npz"), test = Path.Combine(folder, "test.npz"), pack = Path.Combine(folder, "features"), run = Path.Combine(folder, "run-features");
        string count = rows.ToString("n0", CultureInfo.InvariantCulture);
        LargeData.WriteFeatures(train, rows / 4 * 3, seed: 1);
        LargeData.WriteFeatures(test, rows / 4, seed: 2);
        yield return Measure($"{count} rows: data import", null, "data", "import", "--train", train, "--test", test, "--out", pack);
        yield return Measure($"{count} rows: data inspect", null, "data", "inspect", pack);
        yield return Measure($"{count} rows: train, one epoch, test included", null, "train", "--data", pack, "--out", run, "--force", "--quiet", "--set", "train.epochs=1", "--set", "train.batch_size=256");
        Directory.Delete(pack, recursive: true);
        Directory.Delete(run, recursive: true);
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
        using ControlGroup.Membership? inside = group?.Enter(); // A child is where its parent was when it began.
        Child child = Child.Run(StartBenchmark.Program, arguments);
        return [work, Tables.Number(child.Seconds), Tables.Number((group?.PeakBytes ?? child.PeakBytes) / (1 << 20))];
    }
}
