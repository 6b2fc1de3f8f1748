using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>A budget of memory splits batches, by a measurement that leaves no trace.</summary>
public sealed class MemoryTests
{
    private static readonly (string, string)[] Convolutions = [Encoder("audio", "{type: cnn, channels: [8, 16], norm: batch}"), Encoder("visual", "{type: cnn, channels: [8], norm: batch}")];

    private static readonly (string, string)[] Transformers = [Encoder("audio", "{type: vit, patch: 1, width: 16, depth: 2, heads: 2, dropout: 0.2}"), Encoder("visual", "{type: vit, patch: 1, width: 16, depth: 2, heads: 2, checkpoint: true, drop_path: 0.5}")];

    public static TheoryData<string> Methods => [.. Runs.AllMethods.Where(method => method != "mla")];

    [Theory]
    [MemberData(nameof(Methods))]
    public void AMeasurementLeavesNoTrace(string method)
    {
        foreach ((string, string)[] encoders in ((string, string)[][])[Convolutions, Transformers])
        {
            using TempFolder folder = new();
            string pack = SmallPack.Make(folder["pack"], absent: true, spectrograms: true);
            (string, string)[] settings = [.. encoders, ("train.optimizer.type", "adam"), ("train.epochs", "2"), ("train.freeze", "{encoders.audio: 1}")];
            if (method == "unimodal") settings = settings[..^1];
            RunResult plain = Runs.Train(pack, folder["plain"], method, settings), bound = Runs.Train(pack, folder["bound"], method, [.. settings, ("train.memory", "1.5GiB")]);
            Assert.Equal(Runs.Weights(folder["plain"]), Runs.Weights(folder["bound"]));
            Assert.Equal(State("plain"), State("bound"));
            Assert.Equal(plain.Test.ToJson().ToJsonString(), bound.Test.ToJson().ToJsonString());
            byte[] State(string run) => File.ReadAllBytes(folder[$"{run}/checkpoints/last/state.safetensors"]);
        }
    }

    [Theory]
    [InlineData("joint")]
    [InlineData("mmpareto")]
    [InlineData("ogm-ge")]
    public void WhatAStepOnAnyNumberOfSamplesHoldsIsForeseen(string method)
    {
        foreach ((string, string)[] encoders in ((string, string)[][])[[], Convolutions, Transformers])
        {
            using TempFolder folder = new();
            var (config, pack) = Runs.Resolve(SmallPack.Make(folder["pack"], spectrograms: encoders.Length > 0), method, [.. encoders, ("train.memory", "1GiB")]);
            using (config)
            using (pack)
            using (MultimodalModel model = RunParts.BuildModel(config))
            {
                config.Methods.Start(model, 60);
                StepMemory memory = MemoryProbe.Measure(config, pack, model);
                foreach (int samples in (int[])[4, 8, 20, 50])
                {
                    long held = Held(config, pack, model, samples);
                    Assert.InRange(memory.At(samples), held, 1.02 * held);
                }
            }
        }
    }

    [Fact]
    public void AMomentHasAFixedPartAndOnePerSample()
    {
        StepMemory memory = StepMemory.Of(2, [100, 220, 20], 4, [100, 240, 40], beside: 1000); // 100, 200 + 10 n, 10 n
        Assert.Equal((1210, 1300), (memory.At(1), memory.At(10)));
        Assert.Equal((10, 9, 0), (memory.Fitting(1300), memory.Fitting(1299), memory.Fitting(1209)));
        StepMemory crossing = StepMemory.Of(1, [500, 40], 2, [500, 80], beside: 0); // Few samples hold 500, many 40 n.
        Assert.Equal((500, 500, 4000), (crossing.At(1), crossing.At(12), crossing.At(100)));
        Assert.Equal((0, 12, 100), (crossing.Fitting(499), crossing.Fitting(500), crossing.Fitting(4000)));
        StepMemory unlike = StepMemory.Of(2, [10], 4, [10, 40], beside: 5); // Other operators for other numbers.
        Assert.Equal((15, 105), (unlike.At(1), unlike.At(10)));
    }

    [Fact]
    public void ASplitBatchGivesTheGradientOfTheWhole()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        (string, string)[] settings = [("train.optimizer.lr", "0.005"), ("train.epochs", "2")];
        RunResult whole = Runs.Train(pack, folder["whole"], "joint", settings), split = Runs.Train(pack, folder["split"], "joint", [.. settings, ("train.memory", Budget(pack, "joint", samples: 5))]);
        Dictionary<string, float[]> expected = Runs.Values(folder["whole"]), found = Runs.Values(folder["split"]);
        Assert.All(expected, pair => Assert.All(pair.Value.Zip(found[pair.Key]), values => Assert.Equal(values.First, values.Second, 1e-4)));
        Assert.NotEqual(Runs.Weights(folder["whole"]), Runs.Weights(folder["split"]));
        YamlMap environment = YamlMap.Load(folder["split/config.yaml"], new ProblemList()).Map("environment")!;
        Assert.Equal((5, 5), (environment.Integer("micro_batch", 0), environment.Integer("evaluation_batch", 0)));
        Assert.Contains("\"micro_batch\":5", File.ReadLines(folder["split/log.jsonl"]).First(), StringComparison.Ordinal);
        Assert.Equal(whole.Val.Loss, split.Val.Loss, 1e-4);
        using TrainedRun run = TrainedRun.Open(folder["split"]);
        Assert.Equal(split.Test.Loss, run.Evaluator.Score(run.Pack.Split("test")).Loss);
    }

    [Theory]
    [InlineData("ogm-ge")]
    [InlineData("qmf")]
    [InlineData("mmpareto")]
    public void ARunOfSplitBatchesGoesOnBitForBit(string method)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"], absent: true);
        (string, string)[] settings = [("train.memory", Budget(pack, method, samples: 5)), ("train.accumulate", "2")];
        Runs.Train(pack, folder["whole"], method, settings);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Runs.Train(pack, folder["stopped"], method, new Runs.At(1, 2, stop.Cancel), stop.Token, settings));
        Runs.Resume(folder["stopped"]);
        Assert.Equal(Runs.Weights(folder["whole"]), Runs.Weights(folder["stopped"]));
    }

    [Fact]
    public void TooSmallABudgetIsRefusedWithWhatIsNeeded()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        ProblemException error = Assert.Throws<ProblemException>(() => Runs.Train(pack, folder["run"], "joint", ("train.memory", "0.001MiB")));
        Assert.Matches(@"^train\.memory: is 0\.01MiB, and a step on a single sample takes \d+(\.\d+)?MiB; give that or more", error.Message);
        string needed = error.Message.Split("takes ")[1].Split(';')[0];
        Runs.Train(pack, folder["enough"], "joint", ("train.memory", needed), ("train.epochs", "1"));
    }

    [Theory]
    [InlineData("joint", "4", "is '4'; write an amount such as 512MiB or 1.5GiB")]
    [InlineData("joint", "-4GiB", "is '-4GiB'")]
    [InlineData("joint", "0MiB", "is '0MiB'")]
    [InlineData("joint", "NaNGiB", "is 'NaNGiB'")]
    [InlineData("joint", "99999999999999GiB", "is '99999999999999GiB'")]
    [InlineData("mla", "4GiB", "does not go with method mla")]
    public void WhatIsNoAmountOrStepsWithinABatchIsRefused(string method, string memory, string message)
    {
        using TempFolder folder = new();
        ProblemException error = Assert.Throws<ProblemException>(() => Runs.Resolve(SmallPack.Make(folder["pack"]), method, ("train.memory", memory)));
        Assert.Contains($"train.memory: {message}", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The budget that a step on so many samples takes.</summary>
    private static string Budget(string folder, string method, int samples)
    {
        var (config, pack) = Runs.Resolve(folder, method, ("train.memory", "1GiB"));
        using (config)
        using (pack)
        using (MultimodalModel model = RunParts.BuildModel(config))
        {
            config.Methods.Start(model, 60);
            return MemorySize.ToYaml(MemoryProbe.Measure(config, pack, model).At(samples));
        }
    }

    /// <summary>What a step on two parts of so many samples really holds, with everything that is there all the time.</summary>
    private static long Held(RunConfig config, Pack pack, MultimodalModel model, int samples)
    {
        using TensorScope scope = TensorScope.Begin();
        using Optimizer optimizer = config.Train.Optimizer.Make(model);
        using Generator noise = new(0);
        using TrainingStep step = new(model, config.Methods, optimizer, new LossFunction(), noise) { Accumulate = 2 };
        using Batch batch = new Loader(pack.Split("train"), config.Inputs, new LoaderOptions { BatchSize = samples }).Epoch(0).First();
        void Step(int number) => step.Run(batch.ToInput(), new StepPosition(0, number, 2), new EpochRecord());
        Step(0);
        Step(1);
        long[] held = MemoryRecording.Of(() =>
        {
            Step(0);
            Step(1);
        });
        long inputs = batch.Inputs.Values.Sum(Bytes) / samples * config.Train.BatchSize;
        return held.Max() + inputs + model.StateDict().Select(pair => pair.Tensor).Concat(optimizer.State.Values).Sum(Bytes);
    }

    private static long Bytes(Tensor tensor) => tensor.Count * tensor.Type.Size();

    private static (string, string) Encoder(string modality, string settings) => ($"model.modalities.{modality}.encoder", settings);
}
