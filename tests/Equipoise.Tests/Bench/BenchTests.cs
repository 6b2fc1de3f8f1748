using System.Text.Json.Nodes;
using Equipoise.Bench;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Tests.Training;

namespace Equipoise.Tests.Bench;

/// <summary>A bench is a grid of runs that survives interruption, failure and company.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public BenchTests()
    {
        SmallPack.Make(_folder["a"]);
        SmallPack.Make(_folder["b"], modalities: 3);
    }

    [Fact]
    public void RowsCrossSeedsPacksAndVariedSettings()
    {
        BenchGrid grid = Read("""
            packs: {first: {data: a}, second: {data: b}}
            seeds: [3, 4]
            rows: {joint: {}, mla: {}}
            vary: {train.epochs: [1, 2]}
            """);
        Assert.Equal(2 * 2 * 2 * 2, grid.Cells.Count);
        Assert.Equal(["joint, epochs 1", "joint, epochs 2", "mla, epochs 1", "mla, epochs 2"], grid.Packs[0].Rows.Select(row => row.Name));
        Assert.Equal("first-joint--epochs-1-3", grid.Cells[0].Folder);
    }

    [Fact]
    public void APackHasRowsOfItsOwn()
    {
        BenchGrid grid = Read("packs: {first: {data: a, rows: {touch alone: {method: unimodal, set: {method.modality: touch}}}}, second: {data: b}}\nseeds: [0]\nrows: {joint: {}}\n");
        Assert.Equal(["first-touch-alone", "first-joint", "second-joint"], grid.Cells.Select(cell => cell.Folder));
    }

    [Fact]
    public void JobsAtATimeGiveTheSameTable()
    {
        BenchGrid grid = Read("data: a\nseeds: [0, 1]\nset: {train.epochs: 2, train.threads: 1}\nrows: {joint: {}, ogm-ge: {}, mla: {}, mmpareto: {}}\nprobes: true\n");
        string alone = Run(grid, "alone", jobs: 1).ToMarkdown();
        Assert.Equal(alone, Run(grid, "together", jobs: 3).ToMarkdown());
        foreach (BenchCell cell in grid.Cells)
            Assert.Equal(Runs.Weights(_folder[$"alone/runs/{cell.Folder}"]), Runs.Weights(_folder[$"together/runs/{cell.Folder}"]));
        Assert.Contains("audio probed", alone, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRowChoosesOnValAndIsComparedAtTheCommonValueToo()
    {
        BenchGrid grid = Read("data: a\nseeds: [0, 1]\nset: {train.epochs: 3, train.threads: 1}\nrows: {joint: {}}\nchoose: {key: train.optimizer.lr, from: [0.000001, 0.05], common: 0.000001}\n");
        BenchResult result = Run(grid, "chosen", jobs: 1);
        Assert.Equal("0.05", result.Choose(grid.Packs[0], grid.Packs[0].Rows[0]));
        string row = result.ToMarkdown().Split('\n')[2];
        double[] common = Accuracies(result, grid, "0.000001"), chosen = Accuracies(result, grid, "0.05");
        Assert.True(chosen.Average() > common.Average());
        Assert.StartsWith($"| joint | 2 | {Spread.Of(common)} | 0.05 | {Spread.Of(chosen)} |", row, StringComparison.Ordinal);
    }

    [Fact]
    public void ChoosingNeverReadsTest()
    {
        BenchGrid grid = Read("data: a\nseeds: [0]\nrows: {joint: {}}\nchoose: {key: train.optimizer.lr, from: [1, 2], common: 1}\n");
        Dictionary<BenchCell, JsonNode> metrics = grid.Cells.ToDictionary(cell => cell, JsonNode (cell) => Metrics(val: cell.Chosen!.Value.Value == "1" ? 0.6 : 0.5, test: cell.Chosen!.Value.Value == "1" ? 0.1 : 0.9));
        Assert.Equal("1", new BenchResult(grid, metrics, []).Choose(grid.Packs[0], grid.Packs[0].Rows[0]));
    }

    [Fact]
    public void AFailingRunIsToldAndTheOthersAreNotLost()
    {
        BenchGrid grid = Read("data: a\nseeds: [0]\nset: {train.epochs: 1, train.threads: 1}\nrows: {joint: {}, broken: {method: joint, set: {train.optimizer.lr: 1000000, train.epochs: 4}}, mla: {}}\n");
        BenchResult result = Run(grid, "failing", jobs: 1);
        Assert.StartsWith("broken, seed 0: the loss", Assert.Single(result.Failures), StringComparison.Ordinal);
        Assert.Equal(["joint", "mla"], result.Metrics.Keys.Select(cell => cell.Row.Name).Order());
        Assert.Contains("| broken | 0 | – |", result.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void ABenchCutShortGoesOnToTheSameEnd()
    {
        BenchGrid grid = Read("data: a\nseeds: [0]\nset: {train.epochs: 2, train.threads: 1}\nrows: {joint: {}, mla: {}}\n");
        using CancellationTokenSource stop = new();
        BenchRunner interrupted = new(grid, _folder["cut"], TimeProvider.System) { Observe = name => name.StartsWith("mla", StringComparison.Ordinal) ? new Runs.At(1, 1, stop.Cancel) : new Runs.Silent() };
        Assert.ThrowsAny<OperationCanceledException>(() => interrupted.Run(stop.Token));
        string table = Run(grid, "cut", jobs: 1).ToMarkdown();
        Assert.Equal(Run(grid, "whole", jobs: 1).ToMarkdown(), table);
        Assert.Equal(Runs.Weights(_folder["whole/runs/mla"]), Runs.Weights(_folder["cut/runs/mla"]));
    }

    [Fact]
    public void ARunOfOtherSettingsIsNotTakenForThisOne()
    {
        Run(Read("data: a\nseeds: [0]\nset: {train.epochs: 1, train.threads: 1}\nrows: {joint: {}}\n"), "changed", jobs: 1);
        BenchResult result = Run(Read("data: a\nseeds: [0]\nset: {train.epochs: 2, train.threads: 1}\nrows: {joint: {}}\n"), "changed", jobs: 1);
        Assert.Contains("other settings", Assert.Single(result.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data: a\nrows: {}\n", "rows")]
    [InlineData("data: a\nrows: {joint: {}}\nseeds: [1, 1]\n", "seeds")]
    [InlineData("data: a\nrows: {joint: {}}\nchoose: {key: train.optimizer.lr, from: [1]}\n", "from")]
    [InlineData("data: a\nrows: {joint: {}}\nchoose: {key: train.optimizer.lr, from: [1, 2], common: 3}\n", "common")]
    [InlineData("data: a\nrows: {a b: {method: joint}, a-b: {method: joint}}\n", "folder a-b")]
    [InlineData("data: a\npacks: {x: {data: b}}\nrows: {joint: {}}\n", "beside")]
    [InlineData("data: a\nrows: {joint: {}}\nroes: 1\n", "unknown key")]
    [InlineData("rows: {joint: {}}\n", "data")]
    public void AGridThatIsWrongIsToldSo(string text, string part) =>
        Assert.Contains(part, Assert.Throws<ProblemException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void SpreadIsMeanAndSampleDeviation()
    {
        Assert.Equal(new Spread(2, 1), Spread.Of([1.0, 2, 3]));
        Assert.Equal("0.500 ± 0.000", Spread.Of([0.5]).ToString());
        Assert.Equal("–", Spread.Of(Array.Empty<double>()).ToString());
    }

    public void Dispose() => _folder.Dispose();

    private BenchGrid Read(string text)
    {
        File.WriteAllText(_folder["grid.yaml"], text);
        return BenchGridReader.Read(_folder["grid.yaml"]);
    }

    private BenchResult Run(BenchGrid grid, string name, int jobs) => new BenchRunner(grid, _folder[name], TimeProvider.System) { Jobs = jobs }.Run(CancellationToken.None);

    private static double[] Accuracies(BenchResult result, BenchGrid grid, string value) =>
        [.. result.Runs(grid.Packs[0], grid.Packs[0].Rows[0], value).Select(run => run["test"]!["accuracy"]!.GetValue<double>())];

    private static JsonObject Metrics(double val, double test) => new()
    {
        ["selected_by"] = "accuracy",
        ["val"] = new JsonObject { ["accuracy"] = val },
        ["test"] = new JsonObject { ["accuracy"] = test, ["macro_f1"] = test, ["modalities"] = new JsonObject() },
    };
}
