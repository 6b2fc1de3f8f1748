using Equipoise.Gradients;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Laws;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Methods;

/// <summary>MMPareto and MGDA by the gradients of the features instead of those of the parameters.</summary>
public sealed class FeatureGranularityTests
{
    /// <summary>The gradient of a linear encoder without bias is <c>gᵀ x</c> for one sample: inner products are those of the features times <c>‖x‖²</c>.</summary>
    [Fact]
    public void OfOneSampleThroughALinearEncoderBothAreTheSame()
    {
        int conflicts = 0, agreements = 0;
        for (ulong seed = 0; seed < 20; seed++)
            foreach (Func<bool, BalancingMethod> make in (Func<bool, BalancingMethod>[])[by => new MmPareto(byFeatures: by), by => new MmPareto(2, perTensor: false, by), by => new Mgda(by)])
            {
                var (exact, figures) = OneSample(make(false), seed);
                var (approximate, _) = OneSample(make(true), seed);
                Assert.Equal(exact.Keys.Order(), approximate.Keys.Order());
                Assert.All(exact, pair => Assert.True(Law.Difference(pair.Value, approximate[pair.Key]) <= 1e-5 * Law.Norm(pair.Value), $"{seed} {pair.Key}"));
                conflicts += (int)figures.Where(pair => pair.Key.StartsWith("conflict.", StringComparison.Ordinal)).Sum(pair => pair.Value.Sum);
                agreements += figures.Count(pair => pair.Key.StartsWith("conflict.", StringComparison.Ordinal) && pair.Value.Sum == 0);
            }
        Assert.True(conflicts > 5 && agreements > 5, $"{conflicts} conflicts, {agreements} agreements");
    }

    [Theory]
    [InlineData("concat", 2, false)]
    [InlineData("concat", 3, false)]
    [InlineData("sum", 3, true)]
    [InlineData("film", 2, true)]
    public void EncodersGetTheCombinedGradientOfTheirFeatures(string fusion, int modalities, bool absent)
    {
        TrialSpec spec = new("{name: mmpareto, granularity: feature}", fusion) { Modalities = TrialSpec.First(modalities), Linear = true, Absent = absent };
        using Trial trial = new(spec);
        using TensorScope scope = TensorScope.Begin();
        ModelInput batch = trial.Batch(1);
        Dictionary<string, (float[] Weight, float[] Bias)> expected = spec.Modalities.ToDictionary(name => name, name => Expected(trial.Model, batch, name));
        trial.Step(1);
        foreach (var (name, (weight, bias)) in expected)
        {
            Near(weight, trial.Gradients.Single()[$"encoders.{name}.0.weight"]);
            Near(bias, trial.Gradients.Single()[$"encoders.{name}.0.bias"]);
        }
    }

    [Theory]
    [InlineData("mmpareto")]
    [InlineData("mgda")]
    public void WhatStandsOutsideTheEncodersGetsThePlainGradientAndDeepEncodersAreReached(string method)
    {
        foreach (TrialSpec spec in Variants.Trials($"{{name: {method}, granularity: feature}}").Select(spec => spec with { Absent = true }))
        {
            IReadOnlyDictionary<string, float[]> plain = Gradients(spec with { Method = "{name: uniform}" }), found = Gradients(spec), exact = Gradients(spec with { Method = $"{{name: {method}}}" });
            Assert.Equal(plain.Keys.Order(), found.Keys.Order());
            Assert.All(plain.Keys.Where(name => !Law.IsOfEncoder(name)), name => Assert.True(Law.Difference(plain[name], found[name]) <= 1e-6 * Law.Norm(plain[name]), $"{spec} {name}"));
            Assert.All(found.Keys.Where(Law.IsOfEncoder), name => Assert.All(found[name], value => Assert.True(float.IsFinite(value))));
            Assert.Contains(Law.Changed(exact, found), Law.IsOfEncoder);
        }
    }

    [Fact]
    public void AFrozenEncoderGetsNothingAndTheOtherItsOwn()
    {
        TrialSpec spec = new("{name: mmpareto, granularity: feature}", "concat");
        using Trial free = new(spec), frozen = new(spec);
        frozen.Model.Freeze("encoders.a");
        free.Step(0);
        frozen.Step(0);
        Assert.DoesNotContain(frozen.Gradients.Single().Keys, name => name.StartsWith("encoders.a", StringComparison.Ordinal));
        Assert.Contains(frozen.Gradients.Single().Keys, name => name.StartsWith("encoders.b", StringComparison.Ordinal));
        Assert.True(frozen.Gradients.Single().Values.SelectMany(values => values).All(float.IsFinite));
    }

    /// <summary>What a linear encoder without bias gets for one sample, and the figures logged.</summary>
    private static (Dictionary<string, float[]> Gradients, Dictionary<string, (double Sum, int Count)> Figures) OneSample(BalancingMethod method, ulong seed)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator random = new(seed);
        GradientSpy spy = new();
        using MethodSet methods = new([method, spy]);
        ModalitySpec Modality(string name) => new(name, new EncoderSpec("weight", initial => new Weight(initial)));
        using MultimodalModel model = ModelBuilder.Build(new ModelSpec([Modality("a"), Modality("b")], new FusionSpec("concat"), 3), unimodalHeads: true, random);
        using Sgd sgd = new(model.NamedParameters(), 0);
        Tensor Drawn()
        {
            Tensor input = Tensor.Zeros(1, 4);
            input.NormalInPlace(0, 1, random);
            return input;
        }
        using TrainingStep step = new(model, methods, sgd, new LossFunction(), random);
        EpochRecord record = new();
        step.Run(new ModelInput(new Dictionary<string, Tensor> { ["a"] = Drawn(), ["b"] = Drawn() }, Tensor.From([(long)(seed % 3)], 1)), new StepPosition(0, 0, 1), record);
        return (spy.Gradients.Single().ToDictionary(), record.Figures);
    }

    /// <summary>The paper's formulas on the gradients of the features, then by hand through a linear layer, all in double precision.</summary>
    private static (float[] Weight, float[] Bias) Expected(MultimodalModel model, ModelInput batch, string modality)
    {
        ForwardResult forward = model.Forward(batch);
        Dictionary<string, Tensor> leaves = model.Modalities.ToDictionary(name => name, name => forward.Features[name].Detach());
        foreach (Tensor leaf in leaves.Values) leaf.RequiresGrad = true;
        FeatureSet features = new(model.Modalities, leaves, batch.Present);
        using Generator noise = new(0);
        StepContext context = new(model, batch, new ForwardResult(features, model.Fusion.Fuse(features)), new LossFunction(), noise, new StepPosition(0, 0, 1), Pass.Whole, []);
        LossSet losses = new();
        losses.AddJoint(context);
        losses.AddUnimodal(context, modality);
        double[][] gradients = [.. losses.All.Select(loss => Present(Autograd.Gradients(loss.Value, [leaves[modality]], retainGraph: true)[0]!, batch, modality))];
        double[] m = gradients[0], u = gradients[1];
        double mm = Inner(m, m), mu = Inner(m, u), uu = Inner(u, u);
        double alpha = mu > 0 ? 0.5 : (uu - mu) / (mm + uu - 2 * mu);
        double[] h = [.. m.Zip(u, (x, y) => 2 * alpha * x + 2 * (1 - alpha) * y)];
        double lift = 1.5 * Math.Max(1, Math.Sqrt(mm + 2 * mu + uu) / Math.Sqrt(Inner(h, h)));
        double[] inputs = Present(batch.Inputs[modality], batch, modality);
        int rows = batch.Present.TryGetValue(modality, out bool[]? present) ? present.Count(here => here) : batch.Size, width = h.Length / rows, columns = inputs.Length / rows;
        double Of(Func<int, double> term) => lift * Enumerable.Range(0, rows).Sum(term);
        return (
            [.. from o in Enumerable.Range(0, width) from i in Enumerable.Range(0, columns) select (float)Of(row => h[row * width + o] * inputs[row * columns + i])],
            [.. Enumerable.Range(0, width).Select(o => (float)Of(row => h[row * width + o]))]);
    }

    private static double[] Present(Tensor tensor, ModelInput batch, string modality)
    {
        float[] values = tensor.ToArray<float>();
        int columns = values.Length / batch.Size;
        return [.. values.Select(value => (double)value).Where((_, i) => !batch.Present.TryGetValue(modality, out bool[]? present) || present[i / columns])];
    }

    private static double Inner(double[] left, double[] right) => left.Zip(right, (x, y) => x * y).Sum();

    private static void Near(float[] expected, float[] found) => Assert.True(Law.Difference(expected, found) <= 1e-5 * Law.Norm(expected));

    private static IReadOnlyDictionary<string, float[]> Gradients(TrialSpec spec)
    {
        using Trial trial = new(spec);
        trial.Step(1);
        return trial.Gradients.Single();
    }

    /// <summary><c>x Wᵀ</c> from 4 to 5 numbers.</summary>
    private sealed class Weight : Encoder
    {
        private readonly Tensor _weight;

        internal Weight(Generator random)
        {
            Tensor drawn = Tensor.Zeros(5, 4);
            drawn.NormalInPlace(0, 1, random);
            _weight = Parameter("weight", drawn);
        }

        public override long Width => 5;

        public override Tensor Forward(Tensor input, Tensor? mask = null) => input.MatMul(_weight.Transpose(0, 1));
    }
}
