namespace Equipoise.Benchmarks;

/// <summary>How long a user waits before anything happens.</summary>
internal static class StartBenchmark
{
    internal static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Equipoise.Cli");

    internal static IEnumerable<Row> Rows(string folder, int rounds)
    {
        yield return Of("`equipoise --help`, from start to end", rounds, 0.25, "--help");
        Directory.CreateDirectory(folder);
        string data = Path.Combine(folder, "data.npz"), pack = Path.Combine(folder, "pack");
        LargeData.WriteFeatures(data, 2000, seed: 1);
        Child.Run(Program, "data", "import", "--train", data, "--test", data, "--out", pack);
        yield return Of("`equipoise train --dry-run` on a prepared pack: two steps, from start to end", rounds, 1.5, "train", "--data", pack, "--dry-run");
        Directory.Delete(folder, recursive: true);
    }

    private static Row Of(string work, int rounds, double aim, params string[] arguments)
    {
        double seconds = Rounds.Median(Enumerable.Range(0, rounds).Select(_ => Child.Run(Program, arguments).Seconds));
        Console.Error.WriteLine($"{work}: {seconds:f3} s");
        return new Row(work, $"{Tables.Number(seconds)} s", Aim: Row.AtMost(aim, " s"));
    }
}
