using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Laws;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Facts;

/// <summary>The acceptance facts of MLA (CVPR 2024) and of its baseline QMF.</summary>
public sealed class MlaFactTests
{
    [Fact]
    public void Mla_fact_1_the_certain_modality_weighs_more()
    {
        using TensorScope scope = TensorScope.Begin();
        using Mla mla = new();
        Prediction prediction = Fused(mla, "shared", [2, 0, 0], [0, 3, 0]);
        Equal([0.42580715], prediction.Weights!["a"]);
        Equal([0.57419288], prediction.Weights["b"]);
        Equal([0.851614, 1.722579, 0], prediction.Logits);
        Equal([0.52326256], Fused(mla, "shared", [0, 1, 0], [0, 0, 0.5f]).Weights!["a"]);
        Equal([0.47673744], Fused(mla, "shared", [0, 1, 0], [0, 0, 0.5f]).Weights!["b"]);
        Assert.Equal(0.66557276, Entropy([2, 0, 0]), 1e-6);
        Assert.Equal(0.36659393, Entropy([0, 3, 0]), 1e-6);
    }

    [Fact]
    public void Mla_fact_1_the_weights_are_the_softmax_of_minus_the_entropies()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor[] logits = [.. ((double[])[0.2, 0.9, 1.0]).Select(entropy => Tensor.From(WithEntropy(entropy), 1, 3))];
        Equal([0.51389724, 0.25519383, 0.23090892], EntropyWeights.Of(logits, Features(logits)));
        SeededRandom random = new(3);
        for (int round = 0; round < 100; round++)
        {
            float[][] rows = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 4).Select(_ => (float)(5 * random.NextGaussian())).ToArray())];
            double[] certain = [.. rows.Select(row => Math.Exp(-Entropy(row)))];
            Tensor[] drawn = [.. rows.Select(row => Tensor.From(row, 1, 4))];
            Equal([.. certain.Select(value => value / certain.Sum())], EntropyWeights.Of(drawn, Features(drawn)));
        }
    }

    [Fact]
    public void Mla_fact_1_what_is_absent_has_no_weight_and_the_rest_of_the_batch_no_say()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor[] logits = [Tensor.From<float>([2, 0, 0, 9, 0, 0], 2, 3), Tensor.From<float>([0, 3, 0, 0, 0, 1], 2, 3)];
        Equal([0.42580715, 0.57419288], EntropyWeights.Of(logits, Features(logits)).Narrow(0, 0, 1));
        Assert.Equal([0f, 1, 0, 1], EntropyWeights.Of(logits, Features(logits, new Dictionary<string, bool[]> { ["a"] = [false, false] })).ToArray<float>());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(101)]
    public void Mla_fact_3_of_two_no_modality_weighs_more_than_classes_by_classes_and_one(int classes)
    {
        using TensorScope scope = TensorScope.Begin();
        float[] certain = new float[classes];
        certain[0] = 1000;
        Tensor[] extreme = [Tensor.From(certain, 1, classes), Tensor.From(new float[classes], 1, classes)];
        double largest = classes / (1.0 + classes);
        Equal([largest, 1 - largest], EntropyWeights.Of(extreme, Features(extreme)));
        SeededRandom random = new(4);
        for (int round = 0; round < 100; round++)
        {
            Tensor[] drawn = [.. Enumerable.Range(0, 2).Select(_ => Tensor.From(Enumerable.Range(0, classes).Select(_ => (float)(9 * random.NextGaussian())).ToArray(), 1, classes))];
            Assert.All(EntropyWeights.Of(drawn, Features(drawn)).ToArray<float>(), weight => Assert.InRange(weight, 0, largest + 1e-6));
        }
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(52, 0.0319714185)]
    [InlineData(104, 0.0102217160)]
    public void Mla_fact_4_the_ridge_falls_within_each_epoch(int step, double expected)
    {
        Assert.Equal(expected, Mla.RidgeAt(0.1, 0.1, new StepPosition(3, step, 105)), 10);
        Assert.Equal(0.1, Mla.RidgeAt(0.1, 1, new StepPosition(3, step, 105)));
    }

    [Fact]
    public void Mla_fact_5_folding_a_feature_shrinks_its_direction()
    {
        using TensorScope scope = TensorScope.Begin();
        using HeadProjection projection = new(3);
        Tensor r = Tensor.From<float>([1, 2, 0], 3);
        projection.Fold(r, 0.1);
        Equal([0.803922, -0.392157, 0, -0.392157, 0.215686, 0, 0, 0, 1], projection.Matrix);
        Equal([1 / 51.0, 2 / 51.0, 0], projection.Matrix.MatMul(r));
    }

    [Fact]
    public void Mla_fact_5_the_projection_stays_symmetric_with_eigenvalues_up_to_one()
    {
        using TensorScope scope = TensorScope.Begin();
        using HeadProjection projection = new(4);
        SeededRandom random = new(5);
        float[] Drawn() => [.. Enumerable.Range(0, 4).Select(_ => (float)random.NextGaussian())];
        for (int fold = 0; fold < 50; fold++)
        {
            Tensor r = Tensor.From(Drawn(), 4);
            double[] before = [.. projection.Matrix.MatMul(r).ToArray<float>().Select(value => (double)value)];
            double share = 0.1 / (0.1 + r.Dot(projection.Matrix.MatMul(r)).ToDouble());
            projection.Fold(r, 0.1);
            Equal([.. before.Select(value => share * value)], projection.Matrix.MatMul(r));
            Equal([.. projection.Matrix.Transpose(0, 1).Contiguous().ToArray<float>().Select(value => (double)value)], projection.Matrix);
            Tensor x = Tensor.From(Drawn(), 4);
            Assert.InRange(x.Dot(projection.Matrix.MatMul(x)).ToDouble(), 0, x.Dot(x).ToDouble());
        }
    }

    [Fact]
    public void Mla_fact_7_switched_off_it_leaves_gradients_and_projection_as_they_are()
    {
        GradientSpy before = new();
        using Trial trial = new(new TrialSpec("{name: mla, head_gradient: off}"), before);
        for (int batch = 0; batch < 3; batch++)
        {
            before.Forget();
            trial.Step(batch);
            Assert.Equal(2, trial.Gradients.Count);
            for (int pass = 0; pass < 2; pass++) Law.SameBits(before.Gradients[pass], trial.Gradients[pass], $"pass {pass}");
        }
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal(Tensor.Eye(TrialSpec.Width).ToArray<float>(), trial.Methods.Methods.OfType<Mla>().Single().Projection!.ToArray<float>());
    }

    [Fact]
    public void Mla_fact_7_the_first_step_and_every_bias_keep_their_gradients()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            GradientSpy before = new();
            using Trial trial = new(new TrialSpec("{name: mla}") { Seed = seed, Modalities = TrialSpec.First(3) }, before);
            trial.Step(0);
            Law.SameBits(before.Gradients[0], trial.Gradients[0], "first step");
            for (int pass = 1; pass < 3; pass++) Assert.Equal(["fusion.head.weight"], Law.Changed(before.Gradients[pass], trial.Gradients[pass]));
        }
    }

    [Fact]
    public void Mla_fact_8_a_turn_moves_one_encoder_and_the_head()
    {
        TrialSpec spec = new("{name: mla}") { Modalities = TrialSpec.First(3), Optimizer = new(LearningRate: 0.1, Momentum: 0.9, WeightDecay: 0.01) };
        using Trial trial = new(spec);
        for (int batch = 0; batch < 3; batch++)
        {
            trial.Step(batch);
            IReadOnlyDictionary<string, float[]>[] states = [.. trial.Moved, trial.Values().Where(pair => !pair.Key.Contains("running", StringComparison.Ordinal)).ToDictionary()];
            for (int turn = 0; turn < 3; turn++)
            {
                string[] moved = [.. Law.Changed(states[turn], states[turn + 1])];
                Assert.All(moved, name => Assert.True(name.StartsWith($"encoders.{spec.Modalities[turn]}.", StringComparison.Ordinal) || name.StartsWith("fusion.head.", StringComparison.Ordinal), name));
                Assert.Equal(2 + trial.Model.EncoderParameters(spec.Modalities[turn]).Count(), moved.Length);
            }
        }
    }

    [Fact]
    public void Mla_fact_8_the_second_turn_sees_the_moved_head_and_the_features_of_the_one_forward()
    {
        TrialSpec spec = new("{name: mla}");
        using Trial trial = new(spec), untouched = new(spec);
        double loss = trial.Step(0).MeanLosses["b"];
        IReadOnlyDictionary<string, float[]> atSecondTurn = trial.Moved[1];
        using TensorScope scope = TensorScope.Begin();
        ModelInput batch = untouched.Batch(0);
        FeatureSet features = untouched.Model.Forward(batch).Features;
        Tensor weight = Tensor.From(atSecondTurn["fusion.head.weight"], 3, TrialSpec.Width), bias = Tensor.From(atSecondTurn["fusion.head.bias"], 3);
        Assert.Equal(new LossFunction().Mean(Ops.Linear(features["b"], weight, bias), batch.Labels!).ToDouble(), loss, 1e-6);
        Assert.NotEqual(new LossFunction().Mean(untouched.Model.UnimodalLogits(features, "b"), batch.Labels!).ToDouble(), loss, 1e-4);
    }

    [Fact]
    public void Mla_fact_9_qmf_weighs_by_a_tenth_of_the_log_sum_of_exponentials()
    {
        using TensorScope scope = TensorScope.Begin();
        using Qmf qmf = new();
        const double first = 0.24643688, second = 0.12019429;
        Prediction prediction = Fused(qmf, "late", [1, 2, 0.5f], [0.2f, 0.1f, 0]);
        Equal([first + 0.2 * second, 2 * first + 0.1 * second, 0.5 * first], prediction.Logits);
        Equal([first / (first + second)], prediction.Weights!["a"]);
    }

    [Fact]
    public void Mla_fact_9_qmf_takes_the_margin_off_or_puts_it_on()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor confidence = Tensor.From<float>([0.9f, 0.3f], 2), history = Tensor.From<float>([0.6f, 0.4f], 2);
        Assert.Equal(0.4, RankMargin.Loss(confidence, history, intended: false).ToDouble(), 6);
        Assert.Equal(0.8, RankMargin.Loss(confidence, history, intended: true).ToDouble(), 6);
        Assert.Equal(0, RankMargin.Loss(confidence, history * 0, intended: true).ToDouble());
    }

    /// <summary>What a method makes of two modalities whose heads say these logits.</summary>
    private static Prediction Fused(BalancingMethod method, string fusion, float[] first, float[] second)
    {
        using Generator generator = new(0);
        using MultimodalModel model = ModelBuilder.Build(new ModelSpec([new("a", new("mlp", initial => new Mlp(2, [3], initial))), new("b", new("mlp", initial => new Mlp(2, [3], initial)))], new FusionSpec(fusion), 3), false, generator);
        using (GradMode.Off())
            foreach (var (name, tensor) in model.NamedParameters().Where(pair => !Law.IsOfEncoder(pair.Name)))
                tensor.CopyInPlace(name.EndsWith("weight", StringComparison.Ordinal) ? Tensor.Eye(3) : Tensor.Zeros(3));
        FeatureSet features = Features([Tensor.From(first, 1, 3), Tensor.From(second, 1, 3)]);
        return method.Predict(model, new ForwardResult(features, model.Fusion.Fuse(features)));
    }

    private static FeatureSet Features(Tensor[] features, Dictionary<string, bool[]>? present = null)
    {
        string[] names = TrialSpec.First(features.Length);
        return new FeatureSet(names, names.Zip(features).ToDictionary(pair => pair.First, pair => pair.Second), present ?? []);
    }

    private static double Entropy(float[] logits)
    {
        double total = logits.Sum(z => Math.Exp(z));
        return -logits.Sum(z => Math.Exp(z) / total * (z - Math.Log(total)));
    }

    /// <summary>Logits (z, 0, 0) whose softmax has this entropy, by bisection.</summary>
    private static float[] WithEntropy(double entropy)
    {
        double low = 0, high = 20;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Entropy([(float)middle, 0, 0]) > entropy ? (middle, high) : (low, middle);
        }
        return [(float)low, 0, 0];
    }

    private static void Equal(double[] expected, Tensor found) => Assert.Equal(expected, found.ToArray<float>().Select(value => (double)value), (x, y) => Math.Abs(x - y) < 2e-6);
}
