using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Methods;

/// <summary>What one step moves and what it leaves alone.</summary>
public sealed class StepTests
{
    [Fact]
    public void AnAbsentModalityIsNotTrained()
    {
        foreach (BalancingMethod method in (BalancingMethod[])[new Joint(), new Uniform(), new MmPareto(), new Ogm(parameters: ModulatedParameters.All)])
        {
            Dictionary<string, float[]> before = OneStep(method, steps: 0), after = OneStep(method, absent: true);
            Assert.All(before.Keys.Where(name => name.StartsWith("encoders.b", StringComparison.Ordinal)), name => Assert.Equal(before[name], after[name]));
            Assert.NotEqual(before["encoders.a.0.weight"], after["encoders.a.0.weight"]);
        }
    }

    [Fact]
    public void ClippingBoundsTheStep()
    {
        Dictionary<string, float[]> start = OneStep(new Joint(), steps: 0), free = OneStep(new Joint()), clipped = OneStep(new Joint(), clip: 0.01);
        double Moved(Dictionary<string, float[]> to) => Math.Sqrt(start.Keys.Where(name => !name.Contains("running", StringComparison.Ordinal)).Sum(name => start[name].Zip(to[name]).Sum(pair => Math.Pow(pair.First - pair.Second, 2))));
        Assert.True(Moved(free) > 0.011);
        Assert.Equal(0.1 * 0.01, Moved(clipped), 6);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void ReinitialisationLeavesMomentumAndStatisticsUnlessAsked(bool resetMomentum, bool resetBuffers)
    {
        using TensorScope scope = TensorScope.Begin();
        using MultimodalModel model = Model(heads: false);
        using Sgd sgd = new(model.NamedParameters(), 0.1, momentum: 0.9);
        using Relearn relearn = new(20, 3, 3, 1, resetMomentum, resetBuffers);
        relearn.Start(model, 4);
        using (GradMode.Off()) foreach (var (_, tensor) in model.EncoderStatistics("a").Concat(model.EncoderStatistics("b"))) tensor.CopyInPlace(tensor + 2);
        foreach (var (_, parameter) in model.NamedParameters()) parameter.Grad = parameter.Detach() * 0 + 1;
        sgd.Step();
        relearn.Reinitialise(model, sgd, "a", 0.25);
        double[] Momentum(string name) => [.. sgd.Moments(name).SelectMany(moment => moment.ToArray<float>()).Select(value => (double)value)];
        Assert.All(model.EncoderParameters("a"), pair => Assert.All(Momentum(pair.Name), value => Assert.Equal(resetMomentum ? 0.75 : 1, value)));
        Assert.All(model.EncoderParameters("b"), pair => Assert.All(Momentum(pair.Name), value => Assert.Equal(1, value)));
        double[] Mean(string modality) => [.. model.EncoderStatistics(modality).First().Tensor.ToArray<float>().Select(value => (double)value)];
        Assert.All(Mean("a"), value => Assert.Equal(resetBuffers ? 1.5 : 2, value));
        Assert.All(Mean("b"), value => Assert.Equal(2, value));
        Assert.Equal(4, model.EncoderStatistics("a").Count());
    }

    [Fact]
    public void MlaTakesItsTurnsInTheOrderGiven()
    {
        using MultimodalModel model = Model(heads: false);
        using Mla given = new(true, 0.1, order: ["b", "a"]), free = new(true, 0.1);
        Assert.Equal(["b", "a"], given.Passes(model).Select(pass => pass.Modality));
        Assert.Equal(["a", "b"], free.Passes(model).Select(pass => pass.Modality));
        Assert.Null(given.Refuses("shared", ["a", "b"]));
        Assert.Equal("name each of a, b, c once", given.Refuses("shared", ["a", "b", "c"])?.Remedy);
    }

    [Fact]
    public void PatienceStopsARunThatNoLongerGetsBetter()
    {
        using TempFolder folder = new();
        string pack = Training.SmallPack.Make(folder["pack"]);
        RunResult result = Training.Runs.Train(pack, folder["run"], "joint", ("train.epochs", "200"), ("train.patience", "2"), ("train.label_smoothing", "0.1"), ("train.class_weights", "balanced"));
        Assert.InRange(result.Epochs, 3, 199);
        Assert.Equal(result.BestEpoch + 3, result.Epochs);
    }

    [Fact]
    public void TwoMethodsThatOwnTheSamePhaseAreRefusedByName()
    {
        ProblemException error = Assert.Throws<ProblemException>(() => new MethodSet([new Uniform(), new Mla()]));
        Assert.Contains("uniform and mla", error.Message, StringComparison.Ordinal);
        using MethodSet together = new([new Uniform(), new Ogm()]);
        Assert.Equal("uniform+ogm", together.Name);
    }

    private static Dictionary<string, float[]> OneStep(BalancingMethod method, int steps = 1, bool absent = false, double clip = 0)
    {
        using TensorScope scope = TensorScope.Begin();
        using MethodSet methods = new([method]);
        using MultimodalModel model = Model(heads: true);
        using Sgd sgd = new(model.NamedParameters(), 0.1);
        using Generator noise = new(3), data = new(5);
        methods.Start(model, 8);
        Tensor a = Tensor.Zeros(8, 1, 8, 8), b = Tensor.Zeros(8, 2, 8, 8);
        a.NormalInPlace(0, 1, data);
        b.NormalInPlace(0, 1, data);
        Dictionary<string, bool[]> present = absent ? new() { ["b"] = new bool[8] } : [];
        ModelInput batch = new(new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b }, Tensor.From<long>([0, 1, 2, 0, 1, 2, 0, 1], 8), [0, 1, 2, 3, 4, 5, 6, 7], present);
        TrainingStep step = new(model, methods, sgd, new LossFunction(), noise, clip);
        for (int i = 0; i < steps; i++) step.Run(batch, new StepPosition(0, i, steps), new EpochRecord());
        return Values(model);
    }

    private static MultimodalModel Model(bool heads)
    {
        using Generator generator = new(1);
        ModalitySpec Modality(string name, int channels) => new(name, new EncoderSpec("cnn", initial => new Cnn(channels, [4, 6], initial, batchNorm: true)));
        return ModelBuilder.Build(new ModelSpec([Modality("a", 1), Modality("b", 2)], new FusionSpec("concat"), 3), heads, generator);
    }

    private static Dictionary<string, float[]> Values(MultimodalModel model) => model.StateDict().ToDictionary(pair => pair.Name, pair => pair.Tensor.ToArray<float>());
}
