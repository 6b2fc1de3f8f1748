using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Methods;

/// <summary>Every method, with every fusion it takes, survives batches in which modalities are missing for some samples or for all.</summary>
public sealed class AbsenceTests
{
    private const int Samples = 6;
    private static readonly FusionSpec[] Fusions = [.. FusionSpec.Types.Select(type => new FusionSpec(type)), new FusionSpec("late", Average: "probabilities")];
    private static readonly string[] Patterns = ["some", "a lone sample", "one each", "whole modality", "one modality left"];

    public static TheoryData<string, int, string, MissingMode> Cases
    {
        get
        {
            TheoryData<string, int, string, MissingMode> cases = [];
            foreach (string method in MethodRegistry.Names)
                foreach (int modalities in method == "unimodal" ? (int[])[1] : [2, 3])
                    foreach (string pattern in Patterns)
                    {
                        cases.Add(method, modalities, pattern, MissingMode.Absent);
                        if (pattern is "some" or "one modality left") cases.Add(method, modalities, pattern, MissingMode.Zero);
                    }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void StepsStayFiniteAndLeaveAloneWhatIsAbsent(string name, int modalities, string pattern, MissingMode mode)
    {
        TorchRuntime.Threads = 1;
        string[] names = [.. ((string[])["a", "b", "c"])[..modalities]];
        foreach (FusionSpec fusion in Fusions.Where(fusion => modalities == 2 || fusion.Type is not ("film" or "gated")))
        {
            using BalancingMethod method = Make(name);
            if (method.Refuses(fusion.Type, names) is not null) continue;
            Watch watch = new(mode == MissingMode.Absent);
            using MethodSet methods = new(method, watch);
            Train(methods, watch, names, fusion, pattern, mode);
        }
    }

    private static void Train(MethodSet methods, Watch watch, string[] names, FusionSpec fusion, string pattern, MissingMode mode)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(1), noise = new(3);
        using MultimodalModel model = ModelBuilder.Build(new ModelSpec([.. names.Select(name => new ModalitySpec(name, new EncoderSpec("cnn", initial => new Cnn(1, [4, 6], initial, batchNorm: true))))], fusion, 3), methods.UnimodalHeads, initial);
        using Sgd sgd = new(model.NamedParameters(), 0.05, momentum: 0.9, weightDecay: 1e-3);
        methods.Start(model, Samples);
        TrainingStep step = new(model, methods, sgd, new LossFunction(), noise);
        step.Run(Input(names, "nothing", mode), new StepPosition(0, 0, 4), new EpochRecord());
        ModelInput batch = Input(names, pattern, mode);
        string[] gone = mode == MissingMode.Zero ? [] : [.. names.Where(modality => batch.Present.TryGetValue(modality, out bool[]? present) && !present.Contains(true))];
        float[][] before = [.. gone.SelectMany(model.EncoderParameters).Select(pair => pair.Tensor.ToArray<float>())];
        int passes = watch.Seen;
        for (int i = 1; i < 3; i++) step.Run(batch, new StepPosition(0, i, 4), new EpochRecord());
        Assert.Equal(before, gone.SelectMany(model.EncoderParameters).Select(pair => pair.Tensor.ToArray<float>()));
        Assert.All(model.StateDict(), pair => Assert.True(pair.Tensor.AllFinite(), $"{fusion.Type}: {pair.Name}"));
        Assert.True(gone.Length == names.Length || watch.Seen > passes);
        step.Run(Input(names, "nothing", mode), new StepPosition(0, 3, 4), new EpochRecord());
        CheckPrediction(methods, model, batch);
    }

    private static void CheckPrediction(MethodSet methods, MultimodalModel model, ModelInput batch)
    {
        using GradMode off = GradMode.Off();
        model.Train(false);
        ForwardResult forward = model.Forward(batch);
        Prediction prediction = methods.Predict(model, forward);
        Assert.True(prediction.Logits.AllFinite());
        for (int i = 0; i < Samples; i++)
        {
            string[] there = [.. model.Modalities.Where(modality => forward.Features.Present(modality)?[i] ?? true)];
            if (there.Length == 1 && model.Fusion.HasUnimodalHeads && prediction.Weights is null) Assert.Equal(Probabilities(model.UnimodalLogits(forward.Features, there[0]), i), Probabilities(forward.Logits, i), Near);
            if (prediction.Weights is not { } weights || there.Length == 0) continue;
            Assert.Equal(1, model.Modalities.Sum(modality => weights[modality].ToArray<float>()[i]), 1e-5);
            Assert.All(model.Modalities.Except(there), modality => Assert.Equal(0, weights[modality].ToArray<float>()[i]));
        }
    }

    [Theory]
    [InlineData(MissingMode.Absent)]
    [InlineData(MissingMode.Zero)]
    public void RunsTrainOnMasksAndGoOnBitForBit(MissingMode mode)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"], 3);
        (string, string)[] missing = [("train.missing", $"{{rate: 0.6, seed: 2, mode: {mode.ToString().ToLowerInvariant()}}}"), ("train.epochs", "3"), ("train.batch_size", "5")];
        foreach (string method in mode == MissingMode.Absent ? MethodRegistry.Names : ["joint", "mla", "qmf"])
        {
            RunResult result = Runs.Train(pack, folder[$"{method}"], method, missing);
            Assert.True(double.IsFinite(result.Test.Loss) && result.Test.Count == 24, method);
            using CancellationTokenSource stop = new();
            Assert.ThrowsAny<OperationCanceledException>(() => Runs.Train(pack, folder[$"{method}-stopped"], method, new Runs.At(1, 7, stop.Cancel), stop.Token, missing));
            Runs.Resume(folder[$"{method}-stopped"]);
            Assert.Equal(Runs.Weights(folder[method]), Runs.Weights(folder[$"{method}-stopped"]));
            Assert.Contains("missing", File.ReadAllText(folder[$"{method}/config.yaml"]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheMaskAndItsMeaningChangeTheRunAndAZeroRateDoesNot()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        string[] runs = ["plain", "none", "first", "second", "zero"];
        (string, string)[] settings = [("train.missing.rate", "0"), ("train.missing", "{rate: 0.3}"), ("train.missing", "{rate: 0.3, seed: 1}"), ("train.missing", "{rate: 0.3, mode: zero}")];
        Runs.Train(pack, folder["plain"], "joint");
        foreach (var (run, setting) in runs.Skip(1).Zip(settings)) Runs.Train(pack, folder[run], "joint", setting);
        Assert.Equal(Runs.Weights(folder["plain"]), Runs.Weights(folder["none"]));
        Assert.Equal(4, runs.Select(run => Convert.ToHexString(Runs.Weights(folder[run]))).Distinct().Count());
        Assert.DoesNotContain("missing", File.ReadAllText(folder["plain/config.yaml"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train.missing", "{rate: 1.5}", "0 to 1")]
    [InlineData("train.missing", "{rate: 0.5, mode: zeros}", "did you mean zero?")]
    [InlineData("train.missing", "{rat: 0.5}", "did you mean rate?")]
    [InlineData("train.missing.seed", "-1", "train.missing.seed")]
    public void AWrongMissingBlockIsTold(string key, string value, string expected)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Assert.Contains(expected, Assert.Throws<ProblemException>(() => Runs.Resolve(pack, "joint", (key, value))).Message, StringComparison.Ordinal);
    }

    /// <summary>A batch with what the pattern takes away; where the model knows, the values there are NaN, so that none can leak.</summary>
    private static ModelInput Input(string[] names, string pattern, MissingMode mode)
    {
        using Generator data = new(5);
        Dictionary<string, Tensor> inputs = [];
        Dictionary<string, bool[]> present = [];
        for (int m = 0; m < names.Length; m++)
        {
            float[] values = Normal(data);
            bool[] here = [.. Enumerable.Range(0, Samples).Select(i => Here(pattern, i, m, names.Length))];
            for (int v = 0; v < values.Length; v++)
                if (!here[v / 16]) values[v] = mode == MissingMode.Absent ? float.NaN : 0;
            inputs[names[m]] = Tensor.From(values, Samples, 1, 4, 4);
            if (mode == MissingMode.Absent && here.Contains(false)) present[names[m]] = here;
        }
        return new ModelInput(inputs, Tensor.From<long>([0, 1, 2, 0, 1, 2], Samples), [.. Enumerable.Range(0, Samples)], present);
    }

    private static bool Here(string pattern, int sample, int modality, int modalities) => pattern switch
    {
        "some" => sample % 3 != modality,
        "a lone sample" => modality == 0 && modalities > 1 ? true : sample == 2,
        "one each" => modalities == 1 ? sample % 2 == 0 : sample % modalities == modality,
        "whole modality" => modality != modalities - 1,
        "one modality left" => modality == 0 && modalities > 1,
        _ => true,
    };

    private static float[] Normal(Generator data)
    {
        Tensor values = Tensor.Zeros(Samples * 16);
        values.NormalInPlace(0, 1, data);
        return values.ToArray<float>();
    }

    private static BalancingMethod Make(string name) =>
        MethodRegistry.Read(YamlMap.Parse($"{{name: {name}, {(name == "unimodal" ? "modality: a" : "")}}}", "test", new ProblemList()))!;

    private static float[] Probabilities(Tensor logits, int i) => logits.Softmax(1).Narrow(0, i, 1).ToArray<float>();

    private static bool Near(float left, float right) => Math.Abs(left - right) < 1e-5f;

    /// <summary>Looks at every gradient after the method: all are finite, and an absent modality's encoder has none.</summary>
    private sealed class Watch(bool absent) : BalancingMethod
    {
        public override MethodInfo Info { get; } = new() { Name = "watch", Summary = "", Paper = "", Category = "" };

        public int Seen { get; private set; }

        public override void AfterBackward(StepContext step)
        {
            Seen++;
            foreach (var (name, tensor) in step.Model.NamedParameters()) Assert.True(tensor.Grad?.AllFinite() ?? true, name);
            if (!absent) Assert.Contains(step.Model.Modalities.SelectMany(step.Model.EncoderParameters), pair => pair.Tensor.Grad is not null);
            foreach (string modality in step.Model.Modalities.Where(modality => !step.HasSamples(modality)))
                Assert.All(step.Model.EncoderParameters(modality), pair => Assert.Null(pair.Tensor.Grad));
        }
    }
}
