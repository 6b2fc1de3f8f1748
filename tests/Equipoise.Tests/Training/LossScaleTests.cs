using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Scaled losses, which float16 needs, change nothing in single precision; steps that overflow are left out.</summary>
public sealed class LossScaleTests
{
    public static TheoryData<string> Methods => [.. Runs.AllMethods.Except(["unimodal"])];

    [Theory]
    [MemberData(nameof(Methods))]
    public void InSinglePrecisionEveryBitStays(string method) => Assert.Equal(Train(method, null), Train(method, new LossScale(1024, patience: 2)));

    [Fact]
    public void AnOverflowHalvesTheFactorAndMovesNothing()
    {
        LossScale scale = new(Math.Pow(2, 140));
        Assert.Equal(Train("joint", null, steps: 0), Train("joint", scale, steps: 3));
        Assert.Equal(Math.Pow(2, 137), scale.Factor);
        Assert.NotEqual(Train("joint", null, steps: 0), Train("joint", scale, steps: 30));
    }

    [Fact]
    public void TheFactorDoublesAfterEnoughStepsWithoutOverflow()
    {
        LossScale scale = new(8, patience: 3);
        List<double> factors = [];
        foreach (bool finite in (bool[])[true, true, true, true, true, false, true, true, true])
        {
            Assert.Equal(finite, scale.Accept(finite));
            factors.Add(scale.Factor);
        }
        Assert.Equal([8, 8, 16, 16, 16, 8, 8, 8, 16], factors);
    }

    [Fact]
    public void ItGoesOnWhereItWasSaved()
    {
        LossScale scale = new(8, patience: 2);
        scale.Accept(true);
        LossScale again = new LossScale(4, patience: 2).GoOnFrom(JsonNode.Parse(scale.ToJson().ToJsonString())!.AsObject());
        again.Accept(true);
        Assert.Equal(16, again.Factor);
    }

    [Fact]
    public void TheProcessorDoesNotComputeFloat16()
    {
        using TempFolder folder = new();
        ProblemException problem = Assert.Throws<ProblemException>(() => Runs.Train(SmallPack.Make(folder["pack"]), folder["run"], "joint", ("train.precision", "float16")));
        Assert.Contains("train.precision: is float16, which train.device cpu does not compute", problem.Message, StringComparison.Ordinal);
    }

    /// <summary>All parameters after some steps on random samples.</summary>
    private static float[] Train(string name, LossScale? scale, int steps = 6)
    {
        using TensorScope scope = TensorScope.Begin();
        TorchRuntime.Threads = 1;
        using Generator generator = new(3);
        using MethodSet methods = new([MethodRegistry.Read(YamlMap.Parse($"{{name: {name}}}", name, new ProblemList()))!]);
        ModelSpec spec = new([.. ((string[])["a", "b"]).Select(modality => new ModalitySpec(modality, new EncoderSpec("mlp", initial => new Mlp(5, [7, 4], initial))))], new FusionSpec(methods.DefaultFusion), 3);
        using MultimodalModel model = ModelBuilder.Build(spec, methods.UnimodalHeads, generator);
        using Sgd sgd = new(model.NamedParameters(), 0.1, momentum: 0.9);
        methods.Start(model, 8);
        using TrainingStep step = new(model, methods, sgd, new LossFunction(), generator, clipNorm: 1) { LossScale = scale };
        Dictionary<string, Tensor> inputs = model.Modalities.ToDictionary(modality => modality, _ => Tensor.Zeros(8, 5));
        foreach (Tensor input in inputs.Values) input.NormalInPlace(0, 1, generator);
        ModelInput batch = new(inputs, Tensor.From<long>([0, 1, 2, 0, 1, 2, 0, 1], 8));
        for (int i = 0; i < steps; i++) step.Run(batch, new StepPosition(0, i, steps), new EpochRecord());
        return [.. model.NamedParameters().SelectMany(parameter => parameter.Tensor.ToArray<float>())];
    }
}
