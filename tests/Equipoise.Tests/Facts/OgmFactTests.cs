using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Laws;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Facts;

/// <summary>The acceptance facts of OGM and OGM-GE (CVPR 2022).</summary>
public sealed class OgmFactTests
{
    [Theory]
    [InlineData(30, 12, 0.8, 0.0359724199, 1)]
    [InlineData(12, 30, 0.8, 1, 0.0359724199)]
    [InlineData(30, 12, 0.1, 0.7550813376, 1)]
    [InlineData(40, 10, 0.3, 0.1663453930, 1)]
    public void Ogm_fact_1_the_dominant_modality_is_held_back(double first, double second, double alpha, double k1, double k2)
    {
        double[] ratios = OgmCoefficients.Ratios([first, second]), k = OgmCoefficients.Coefficients(ratios, alpha);
        Assert.Equal([first / second, second / first], ratios);
        Assert.Equal(k1, k[0], 9);
        Assert.Equal(k2, k[1], 9);
    }

    [Theory]
    [InlineData(0.1, 0.9003320054)]
    [InlineData(0.3, 0.7086873875)]
    [InlineData(0.8, 0.3359632297)]
    public void Ogm_fact_2_the_coefficient_jumps_where_the_ratio_passes_one(double alpha, double limit)
    {
        Assert.Equal(limit, OgmCoefficients.Coefficients(OgmCoefficients.Ratios([1, 1 + 1e-12]), alpha)[1], 9);
        Assert.Equal(limit, OgmCoefficients.Coefficients(OgmCoefficients.Ratios([1, 1]), alpha)[0], 9);
        SeededRandom random = new(1);
        for (int round = 0; round < 1000; round++)
        {
            double[] scores = [random.NextDouble(1e-6, 64), random.NextDouble(1e-6, 64)];
            double[] k = OgmCoefficients.Coefficients(OgmCoefficients.Ratios(scores), alpha);
            Assert.Single(k, value => value < 1);
            Assert.Single(k, value => value == 1);
        }
    }

    [Fact]
    public void Ogm_fact_2_of_three_modalities_each_above_the_others_is_held_back()
    {
        double[] ratios = OgmCoefficients.Ratios([4, 2, 1]);
        Assert.Equal([3, 1.25, 0.375], ratios);
        Assert.Equal([1 - Math.Tanh(1.5), 1 - Math.Tanh(0.625), 1], OgmCoefficients.Coefficients(ratios, 0.5));
    }

    [Fact]
    public void Ogm_fact_3_a_concatenating_head_is_split()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(0);
        using ConcatFusion fusion = new([("audio", 2), ("visual", 2)], 2, generator);
        Tensor[] parameters = [.. fusion.NamedParameters().Select(pair => pair.Tensor)];
        using (GradMode.Off())
        {
            parameters[0].CopyInPlace(Tensor.From<float>([1, 2, 3, 4, 0, -1, 1, 0.5f], 2, 4));
            parameters[1].CopyInPlace(Tensor.From<float>([0.2f, -0.4f], 2));
        }
        FeatureSet features = new(["audio", "visual"], new() { ["audio"] = Tensor.From<float>([1, -1], 1, 2), ["visual"] = Tensor.From<float>([0.5f, 2], 1, 2) }, new Dictionary<string, bool[]>());
        Tensor audio = fusion.UnimodalLogits(features, "audio"), visual = fusion.UnimodalLogits(features, "visual");
        Equal([-0.9, 0.8], audio);
        Equal([9.6, 1.3], visual);
        Equal([8.7, 2.1], fusion.Fuse(features));
        Equal([8.7, 2.1], audio + visual);
        Equal([0.1544653], audio.Softmax(1).Narrow(1, 0, 1));
        Equal([0.9997515], visual.Softmax(1).Narrow(1, 0, 1));
    }

    [Fact]
    public void Ogm_fact_4_noise_has_the_spread_of_the_gradients_own_elements()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(7), again = new(7);
        const double k = 0.3359632297, std = 1.2909944487 + 1e-8;
        double[] sum = new double[4];
        double square = 0;
        const int draws = 20_000;
        for (int draw = 0; draw < draws; draw++)
        {
            using TensorScope inner = TensorScope.Begin();
            float[] modulated = Enhanced([1, 2, 3, 4], k, generator, [1, 1, 2, 2]);
            if (draw == 0)
            {
                Tensor noise = Tensor.Zeros(1, 1, 2, 2);
                noise.NormalInPlace(0, std, again);
                Assert.Equal(noise.ToArray<float>().Zip([1, 2, 3, 4], (e, g) => k * g + e), modulated.Select(value => (double)value), (x, y) => Math.Abs(x - y) < 1e-6);
            }
            for (int i = 0; i < 4; i++) sum[i] += modulated[i];
            square += modulated.Sum(value => (double)value * value);
        }
        // Four standard errors of a mean over the draws.
        Assert.All(sum, (total, i) => Assert.Equal(k * (i + 1), total / draws, 4 * std / Math.Sqrt(draws)));
        Assert.Equal(k * k * 30 + 4 * std * std, square / draws, 0.2);
    }

    [Fact]
    public void Ogm_fact_4_noise_makes_up_for_the_length_that_scaling_takes()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(8);
        SeededRandom random = new(8);
        float[] gradient = [.. Enumerable.Range(0, 40_000).Select(_ => (float)random.NextGaussian())];
        Assert.Equal(1.0549, Law.Norm(Enhanced(gradient, 0.336, generator, [200, 200, 1, 1])) / Law.Norm(gradient), 0.01);
    }

    [Fact]
    public void Ogm_fact_5_decay_and_momentum_come_after_modulation()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor weight = Learnt(2, [1, 1, 1, 1]), norm = Learnt(2, [1]);
        using Sgd sgd = new([("weight", weight), ("norm", norm)], 1e-3, 0.9, 1e-4);
        double plain = 2, momentum = 0;
        foreach (double expected in (double[])[1.9999818137900, 1.9999472599929])
        {
            (weight.Grad, norm.Grad) = (Tensor.From([0.5f], 1, 1, 1, 1), Tensor.From([0.5f], 1));
            GradientModulation.Apply([("weight", weight), ("norm", norm)], 0.0359724199);
            sgd.Step();
            momentum = 0.9 * momentum + 0.5 + 1e-4 * plain;
            plain -= 1e-3 * momentum;
            Assert.Equal(expected, weight.ToDouble(), 2e-7);
            Assert.Equal(plain, norm.ToDouble(), 2e-7);
        }
    }

    [Fact]
    public void Ogm_fact_6_twenty_convolutions_of_each_encoder_are_modulated_and_nothing_else()
    {
        (Dictionary<string, float[]> before, IReadOnlyDictionary<string, float[]> plain, Dictionary<string, float[]> after) = ResNetStep(new Joint());
        var (_, modulated, _) = ResNetStep(new OgmGe(alpha: 0.8));
        string[] changed = [.. Law.Changed(plain, modulated)];
        foreach (string modality in (string[])["audio", "visual"])
            Assert.Equal(20, changed.Count(name => name.StartsWith($"encoders.{modality}.", StringComparison.Ordinal) && (name.Contains("conv", StringComparison.Ordinal) || name.Contains("downsample.0", StringComparison.Ordinal))));
        Assert.Equal(40, changed.Length);
        foreach (var (name, gradient) in plain)
            Assert.Equal(before[name].Zip(gradient, (p, g) => p - 1e-3 * (g + 1e-4 * p)), after[name].Select(value => (double)value), (x, y) => Math.Abs(x - y) <= 1e-6 * Math.Max(1, Math.Abs(x)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(50, true)]
    [InlineData(51, false)]
    [InlineData(99, false)]
    public void Ogm_fact_7_the_window_ends_with_epoch_50(int epoch, bool modulated)
    {
        foreach (string name in (string[])["ogm", "ogm-ge"])
        {
            using Trial joint = new(new TrialSpec("{name: joint}")), trial = new(new TrialSpec($"{{name: {name}}}"));
            joint.Step(0, epoch);
            trial.Step(0, epoch);
            Assert.Equal(modulated, Law.Changed(joint.Values(), trial.Values()).Any());
        }
    }

    [Theory]
    [InlineData(257, 188, 9, 6)]
    [InlineData(129, 626, 5, 20)]
    [InlineData(1024, 128, 32, 4)]
    public void Ogm_fact_8_spectrograms_become_maps_of_the_papers_sizes(long height, long width, long mapHeight, long mapWidth)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        using Generator generator = new(0);
        using ResNet network = new(1, generator);
        network.Train(false);
        Assert.Equal([1, 512, mapHeight, mapWidth], ChannelBlocks.Unpack(network.Maps(Tensor.Zeros(1, 1, height, width))).Shape);
    }

    [Fact]
    public void Ogm_fact_10_the_heads_of_a_sum_keep_their_whole_biases()
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(3);
        using SumFusion fusion = new([("audio", 2), ("visual", 2)], 3, generator);
        Tensor x = Tensor.Zeros(4, 2), y = Tensor.Zeros(4, 2);
        x.NormalInPlace(0, 1, generator);
        y.NormalInPlace(0, 1, generator);
        FeatureSet features = new(["audio", "visual"], new() { ["audio"] = x, ["visual"] = y }, new Dictionary<string, bool[]>());
        Tensor sum = fusion.UnimodalLogits(features, "audio") + fusion.UnimodalLogits(features, "visual");
        Tensor[] biases = [.. fusion.NamedParameters().Where(pair => pair.Tensor.Dimensions == 1).Select(pair => pair.Tensor)];
        Equal([.. fusion.Fuse(features).ToArray<float>().Select(value => (double)value)], sum);
        Tensor halved = sum - biases[0] * 0.5 - biases[1] * 0.5;
        double[] missing = [.. biases[0].ToArray<float>().Zip(biases[1].ToArray<float>(), (b, c) => (b + c) / 2.0)];
        Equal([.. missing, .. missing, .. missing, .. missing], fusion.Fuse(features) - halved);
    }

    private static float[] Enhanced(float[] gradient, double k, Generator generator, long[] shape)
    {
        Tensor weight = Learnt(0, shape);
        weight.Grad = Tensor.From(gradient, shape);
        GradientModulation.Apply([("weight", weight)], k, noise: 1, generator);
        return weight.Grad!.ToArray<float>();
    }

    private static Tensor Learnt(double value, long[] shape)
    {
        Tensor tensor = Ops.Full(shape, value, DType.Float32);
        tensor.RequiresGrad = true;
        return tensor;
    }

    /// <summary>One step of two ResNets on small pictures: parameters before, gradients, parameters after.</summary>
    private static (Dictionary<string, float[]> Before, IReadOnlyDictionary<string, float[]> Gradients, Dictionary<string, float[]> After) ResNetStep(BalancingMethod method)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(1), noise = new(2);
        using MultimodalModel model = ModelBuilder.Build(new ModelSpec([new("audio", new("resnet18", initial => new ResNet(1, initial))), new("visual", new("resnet18", initial => new ResNet(3, initial)))], new FusionSpec("concat"), 3), false, generator);
        GradientSpy spy = new();
        using MethodSet methods = new([method, spy]);
        using Optimizer sgd = new OptimizerSpec().Make(model.NamedParameters());
        Tensor audio = Tensor.Zeros(2, 1, 32, 32), visual = Tensor.Zeros(2, 3, 32, 32);
        audio.NormalInPlace(0, 1, generator);
        visual.NormalInPlace(0, 1, generator);
        ModelInput batch = new(new Dictionary<string, Tensor> { ["audio"] = audio, ["visual"] = visual }, Tensor.From<long>([0, 2], 2));
        Dictionary<string, float[]> Values() => model.NamedParameters().ToDictionary(pair => pair.Name, pair => pair.Tensor.ToArray<float>());
        Dictionary<string, float[]> before = Values();
        new TrainingStep(model, methods, sgd, new LossFunction(), noise).Run(batch, new StepPosition(0, 0, 1), new EpochRecord());
        return (before, spy.Gradients.Single(), Values());
    }

    private static void Equal(double[] expected, Tensor found) => Assert.Equal(expected, found.ToArray<float>().Select(value => (double)value), (x, y) => Math.Abs(x - y) < 2e-6);
}
