using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Devices.Tests;

/// <summary>Whole runs on another device: every method, interrupted and resumed, evaluated and used where the device is and where it is not.</summary>
public sealed class TrainingTests : IDisposable
{
    private static readonly (string, string) There = ("train.device", TestDevice.Here.ToString());

    private static readonly string Elsewhere = TestDevice.Here.ToString().Replace(":0", ":77", StringComparison.Ordinal);

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Methods => [.. Runs.AllMethods];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryMethodWorksWithTheFusionsItWorksWithOnTheProcessor()
    {
        IReadOnlyList<MatrixEntry> here = MethodMatrix.Try();
        using DeviceScope there = DeviceScope.Begin(TestDevice.Here);
        Assert.Equal(here, MethodMatrix.Try());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void ARunEndsWhereItEndsOnTheProcessor(string method) => EndsWhereItEndsOnTheProcessor(method);

    [Theory]
    [InlineData("{type: adam, lr: 0.01, weight_decay: 0.01}")]
    [InlineData("{type: adamw, lr: 0.01, weight_decay: 0.1}")]
    [InlineData("{type: sgd, lr: 0.05, momentum: 0, rates: {encoders.audio: 0.5}}")]
    public void SoItDoesWithEveryOptimiser(string optimizer) => EndsWhereItEndsOnTheProcessor("ogm-ge", ("train.optimizer", optimizer));

    private void EndsWhereItEndsOnTheProcessor(string method, params (string, string)[] settings)
    {
        string pack = SmallPack.Make(_folder["pack"], absent: true);
        Runs.Train(pack, _folder["here"], method, settings);
        RunResult result = Runs.Train(pack, _folder["there"], method, [There, .. settings]);
        Dictionary<string, float[]> here = Runs.Values(_folder["here"]), there = Runs.Values(_folder["there"]);
        Assert.Equal(here.Keys.Order(), there.Keys.Order());
        Assert.All(here, pair => Assert.All(pair.Value.Zip(there[pair.Key]), values => Assert.Equal(values.First, values.Second, 1e-4f)));
        Assert.Contains($"device: \"{TestDevice.Here}\"", File.ReadAllText(_folder["there/config.yaml"]), StringComparison.Ordinal);
        using TrainedRun onDevice = TrainedRun.Open(_folder["there"]), onProcessor = TrainedRun.Open(_folder["there"], device: Device.Cpu);
        Assert.Equal((TestDevice.Here, Device.Cpu), (onDevice.Device, onProcessor.Device));
        Assert.Equal(result.Test.Accuracy, onDevice.Evaluator.Score(onDevice.Pack.Split("test")).Accuracy);
        Assert.Equal(result.Test.Accuracy, onProcessor.Evaluator.Score(onProcessor.Pack.Split("test")).Accuracy);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void AnInterruptedRunGoesOnBitForBit(string method)
    {
        string pack = SmallPack.Make(_folder["pack"], absent: true);
        Runs.Train(pack, _folder["whole"], method, There);
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Runs.Train(pack, _folder["cut"], method, new Runs.At(2, 2, stop.Cancel), stop.Token, There));
        Runs.Resume(_folder["cut"]);
        Assert.Equal(Runs.Weights(_folder["whole"]), Runs.Weights(_folder["cut"]));
    }

    [Fact]
    public void ADeviceThatIsNotHereIsNamed()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        ProblemException problem = Assert.Throws<ProblemException>(() => Runs.Train(pack, _folder["run"], "joint", ("train.device", Elsewhere)));
        Assert.Contains($"train.device: is {Elsewhere}, which libtorch", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ABudgetOfMemorySplitsBatches()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Runs.Train(pack, _folder["whole"], "joint", There);
        Runs.Train(pack, _folder["split"], "joint", There, ("train.memory", "0.32MiB"));
        Assert.DoesNotContain("micro_batch: 16", File.ReadAllText(_folder["split/config.yaml"]), StringComparison.Ordinal);
        Dictionary<string, float[]> whole = Runs.Values(_folder["whole"]), split = Runs.Values(_folder["split"]);
        Assert.All(whole, pair => Assert.All(pair.Value.Zip(split[pair.Key]), values => Assert.Equal(values.First, values.Second, 1e-4f)));
    }
}
