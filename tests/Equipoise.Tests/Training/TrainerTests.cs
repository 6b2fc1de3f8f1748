using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Runs are reproducible, resumable, honest about test, and leave no tensor behind.</summary>
public sealed class TrainerTests
{
    public static TheoryData<string> Methods => [.. Runs.AllMethods];

    [Theory]
    [MemberData(nameof(Methods))]
    public void EveryMethodTrainsAndLearns(string method)
    {
        using TempFolder folder = new();
        RunResult result = Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], method, ("train.epochs", "8"));
        Assert.True(result.Test.Accuracy > 0.55, $"{method}: {result.Test.Accuracy}");
        JsonNode metrics = JsonNode.Parse(File.ReadAllText(folder["run/metrics.json"]))!;
        Assert.Equal(result.Test.Accuracy, metrics["test"]!["accuracy"]!.GetValue<double>());
        Assert.Equal("val", metrics["selected_on"]!.GetValue<string>());
        Assert.Single(File.ReadLines(folder["run/log.jsonl"]), line => line.Contains("\"event\":\"test\"", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatLibtorchWarnsOfIsInTheLogOnce()
    {
        using TempFolder folder = new();
        _ = TorchRuntime.TakeWarnings();
        void Warn()
        {
            using TensorScope scope = TensorScope.Begin();
            Operator.Get("aten::add", "out").CallInPlace(Tensor.Ones(3), Tensor.Ones(3), Argument.Default, Tensor.Ones(2)); // It grows.
        }
        Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], "joint", new Runs.AtEvery(Warn), CancellationToken.None);
        string warning = Assert.Single(File.ReadLines(folder["run/log.jsonl"]), line => line.Contains("\"event\":\"warning\"", StringComparison.Ordinal));
        Assert.Contains("libtorch: An output with one or more elements was resized", warning, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void AKilledRunGoesOnBitForBit(string method)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"], absent: true);
        Runs.Train(pack, folder["whole"], method);
        Assert.Throws<InvalidOperationException>(() => Runs.Train(
            pack, folder["killed"], method, new Runs.At(2, 1, () => throw new InvalidOperationException("kill")), CancellationToken.None));
        Runs.Resume(folder["killed"]);
        Assert.Equal(Runs.Weights(folder["whole"]), Runs.Weights(folder["killed"]));
        Assert.Equal(Runs.Weights(folder["whole"], "best"), Runs.Weights(folder["killed"], "best"));
    }

    [Theory]
    [InlineData("ogm-ge")]
    [InlineData("mla")]
    [InlineData("qmf")]
    public void AnInterruptedRunGoesOnBitForBitFromTheMiddleOfAnEpoch(string method)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["whole"], method);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Runs.Train(pack, folder["stopped"], method, new Runs.At(1, 2, stop.Cancel), stop.Token));
        JsonNode state = JsonNode.Parse(File.ReadAllText(folder["stopped/checkpoints/last/state.json"]))!;
        Assert.Equal((1, 2), (state["epoch"]!.GetValue<int>(), state["step"]!.GetValue<int>()));
        Runs.Resume(folder["stopped"]);
        Assert.Equal(Runs.Weights(folder["whole"]), Runs.Weights(folder["stopped"]));
        string[] epochs(string run) => [.. File.ReadLines(folder[$"{run}/log.jsonl"]).Where(line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line)!["loss"]!.ToJsonString())];
        Assert.Equal(epochs("whole"), epochs("stopped"));
    }

    [Fact]
    public void PoisonedTestLabelsChangeNoBitOfTheWeights()
    {
        using TempFolder folder = new();
        RunResult honest = Runs.Train(SmallPack.Make(folder["honest"]), folder["a"], "ogm-ge");
        RunResult poisoned = Runs.Train(SmallPack.Make(folder["poisoned"], poisonTest: true), folder["b"], "ogm-ge");
        Assert.Equal(Runs.Weights(folder["a"], "best"), Runs.Weights(folder["b"], "best"));
        Assert.NotEqual(honest.Test.Accuracy, poisoned.Test.Accuracy);
    }

    [Fact]
    public void ATestSplitDamagedBeforeTheEndIsNotNoticedBeforeTheEnd()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        byte[] labels = File.ReadAllBytes(folder["pack/test.label.npy"]);
        labels[^8] ^= 1;
        File.WriteAllBytes(folder["pack/test.label.npy"], labels);
        Formats.InvalidFileException error = Assert.Throws<Formats.InvalidFileException>(() => Runs.Train(pack, folder["run"], "joint"));
        Assert.Contains("test.label.npy", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadLines(folder["run/log.jsonl"]).Count(line => line.Contains("\"event\":\"epoch\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void NeutralSettingsReproduceJointToTheLastBit()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["joint"], "joint");
        Runs.Train(pack, folder["alpha"], "ogm", ("method.alpha", "0"));
        Runs.Train(pack, folder["window"], "ogm-ge", ("method.start_epoch", "9"), ("method.end_epoch", "10"));
        Runs.Train(pack, folder["lambda"], "relearn", ("method.lambda", "0"));
        foreach (string other in (string[])["alpha", "window", "lambda"]) Assert.Equal(Runs.Weights(folder["joint"]), Runs.Weights(folder[other]));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void MoreModalitiesTrainWithEveryMethod(int modalities)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"], modalities, absent: true);
        foreach (string method in Runs.AllMethods) Assert.True(Runs.Train(pack, folder[method], method, ("train.epochs", "2")).Test.Count == 24);
    }

    [Fact]
    public void ALossThatIsNotFiniteStopsWithItsStep()
    {
        using TempFolder folder = new();
        DivergedException error = Assert.Throws<DivergedException>(() => Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], "joint", ("train.optimizer.lr", "100000"), ("train.epochs", "50")));
        Assert.Contains("step", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"event\":\"failed\"", File.ReadAllText(folder["run/log.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryProblemOfAConfigurationIsTold()
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["bad.yaml"], $$"""
            data: {{SmallPack.Make(folder["pack"])}}
            metod: {name: joint}
            method: {name: ogm-gee}
            train:
              epochs: -3
              batch_size: many
              optimizer: {type: sdg}
            """);
        ProblemException error = Assert.Throws<ProblemException>(() => new RunConfigReader(folder["bad.yaml"]).Resolve());
        Assert.Equal(5, error.Problems.Count);
        Assert.Contains(error.Problems, line => line.Contains("did you mean ogm-ge?", StringComparison.Ordinal));
        Assert.Contains(error.Problems, line => line.Contains("bad.yaml:2 metod", StringComparison.Ordinal) && line.Contains("did you mean method?", StringComparison.Ordinal));
    }

    [Fact]
    public void ARunFolderIsNeitherSharedNorOverwritten()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["run"], "joint", ("train.epochs", "1"));
        Assert.Contains("--resume", Assert.Throws<ProblemException>(() => Runs.Train(pack, folder["run"], "joint")).Message, StringComparison.Ordinal);
        Assert.Contains("is finished", Assert.Throws<ProblemException>(() => Runs.Resume(folder["run"])).Message, StringComparison.Ordinal);
        Assert.Single(File.ReadLines(folder["run/log.jsonl"]), line => line.Contains("\"event\":\"test\"", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(folder["run/tensorboard"]));
        using RunFolder held = RunFolder.Open(folder["run"]);
        Assert.Contains("another process", Assert.Throws<ProblemException>(() => RunFolder.Open(folder["run"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunLeavesNoTensorBehind()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["first"], "mmpareto");
        long live = TensorDiagnostics.Live, finalised = TensorDiagnostics.Finalised;
        foreach (string method in Runs.AllMethods) Runs.Train(pack, folder[method], method, ("train.epochs", "2"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(live, TensorDiagnostics.Live);
        Assert.Equal(finalised, TensorDiagnostics.Finalised);
    }

    [Fact]
    public void AFinishedRunPredictsWithoutItsConfigurationFile()
    {
        using TempFolder folder = new();
        RunResult result = Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], "mla");
        using TrainedRun run = TrainedRun.Open(folder["run"]);
        Assert.False(run.OtherPack);
        Assert.Equal(result.Test.Accuracy, run.Evaluator.Score(run.Pack.Split("test")).Accuracy);
        PredictionsFile.Write(run, run.Pack.Split("test"), folder["p.csv"], ["audio"]);
        string[] lines = File.ReadAllLines(folder["p.csv"]);
        Assert.Equal("id,split,label,predicted,p.x,p.y,p.z,audio.p.x,audio.p.y,audio.p.z,audio.weight,visual.p.x,visual.p.y,visual.p.z,visual.weight", lines[0]);
        Assert.Equal(25, lines.Length);
        Assert.Contains(",,,,0,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",1", lines[1], StringComparison.Ordinal);
    }
}
