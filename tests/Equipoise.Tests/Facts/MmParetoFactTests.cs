using Equipoise.Data;
using Equipoise.Gradients;
using Equipoise.Methods;
using Equipoise.Tests.Laws;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Facts;

/// <summary>The acceptance facts of MMPareto (ICML 2024).</summary>
public sealed class MmParetoFactTests
{
    [Fact]
    public void MmPareto_fact_1_conflicting_gradients_are_combined_at_the_length_of_their_sum()
    {
        Integrates([1, 0], [-1, 2], cosine: -0.4472136, weight: 0.75, [2.12132034, 2.12132034]);
        float[] shortest = [0.75f * 1 - 0.25f * 1, 0.25f * 2];
        Assert.Equal([0.5f, 0.5f], shortest);
        Assert.Equal(0.5, shortest[0] * 1 + shortest[1] * 0);
        Assert.Equal(0.5, -shortest[0] + 2 * shortest[1]);
    }

    [Fact]
    public void MmPareto_fact_2_agreeing_gradients_are_added() => Integrates([1, 0], [2, 1], cosine: 0.8944272, weight: 0.5, [4.5, 1.5]);

    [Fact]
    public void MmPareto_fact_3_a_right_angle_is_a_conflict() => Integrates([1, 0], [0, 3], cosine: 0, weight: 0.9, [4.5, 1.5]);

    [Fact]
    public void MmPareto_fact_4_tensors_share_their_weights_and_are_lifted_each_by_itself()
    {
        using TensorScope scope = TensorScope.Begin();
        GradientPair pair = Pair(([1, 0], [-3, 1]), ([0.5f, 0.5f], [0.2f, -0.1f]));
        var (cosine, weight) = MmPareto.Weigh(pair);
        Assert.Equal(-0.75978959, cosine, 6);
        Assert.Equal(0.74498567, weight, 6);
        float[][] found = Integrate(pair);
        Assert.Equal([-0.26299358, 3.34377547], Doubles(found[0]), Near);
        Assert.Equal([1.27048711, 1.04097421], Doubles(found[1]), Near);
        Assert.Equal(3.35410197, Law.Norm(found[0]), 5);
        Assert.Equal(1.5 * Math.Sqrt(5), Law.Norm(found[0]), 5);
        Assert.Equal(1.64248729, Law.Norm(found[1]), 5);
    }

    [Fact]
    public void MmPareto_fact_5_every_tensor_has_the_longer_of_both_lengths_and_the_direction_serves_both()
    {
        SeededRandom random = new(11);
        for (int round = 0; round < 200; round++)
        {
            using TensorScope scope = TensorScope.Begin();
            float[] Drawn(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
            GradientPair pair = Pair((Drawn(5), Drawn(5)), (Drawn(3), Drawn(3)));
            var (cosine, weight) = MmPareto.Weigh(pair);
            double withMultimodal = 0, withUnimodal = 0;
            float[][] found = Integrate(pair);
            for (int i = 0; i < 2; i++)
            {
                double[] m = Doubles(pair.Tensors[i].Multimodal.ToArray<float>()), u = Doubles(pair.Tensors[i].Unimodal.ToArray<float>());
                double[] s = [.. m.Zip(u, (x, y) => x + y)], h = [.. m.Zip(u, (x, y) => 2 * weight * x + 2 * (1 - weight) * y)];
                Assert.Equal(1.5 * Math.Max(Length(s), Length(h)), Law.Norm(found[i]), 1e-4);
                if (cosine > 0) Assert.Equal(s.Select(value => 1.5 * value), Doubles(found[i]), Near);
                withMultimodal += h.Zip(m, (x, y) => x * y).Sum();
                withUnimodal += h.Zip(u, (x, y) => x * y).Sum();
            }
            Assert.True(withMultimodal >= -1e-5 && withUnimodal >= -1e-5, $"{withMultimodal}, {withUnimodal}");
        }
    }

    [Theory]
    [InlineData(1, 1.5, 4, 0.999)]
    [InlineData(4, 1.5, 1, 0.001)]
    [InlineData(0.01, 0.2, 5, 0.999)]
    public void MmPareto_fact_6_where_one_gradient_reaches_beyond_the_other_the_weights_stay_at_the_edge(double a, double b, double c, double expected)
    {
        Assert.Equal(expected, MinNorm.FirstWeight(a, b, c));
        Assert.Equal(expected, MinNorm.FirstWeight(2 * a, 2 * b, 2 * c));
        Assert.Equal(MinNorm.FirstWeight(1, -0.3, 2), MinNorm.FirstWeight(2, -0.6, 4), 15);
    }

    [Fact]
    public void MmPareto_fact_7_heads_have_the_gradients_of_the_uniform_sum_to_the_last_bit()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            var (uniform, _) = Step("{name: uniform}", seed);
            var (pareto, _) = Step("{name: mmpareto}", seed);
            Assert.Equal(["fusion.head.bias", "fusion.head.weight", "unimodal_heads.a.bias", "unimodal_heads.a.weight", "unimodal_heads.b.bias", "unimodal_heads.b.weight"], uniform.Keys.Where(name => !Law.IsOfEncoder(name)).Order());
            Assert.DoesNotContain(Law.Changed(uniform, pareto), name => !Law.IsOfEncoder(name));
        }
    }

    [Fact]
    public void MmPareto_fact_7_without_conflict_and_magnitude_it_is_the_uniform_sum()
    {
        int agreeing = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            var (uniform, _) = Step("{name: uniform}", seed);
            var (pareto, record) = Step("{name: mmpareto, magnitude: 1}", seed);
            foreach (string modality in (string[])["a", "b"])
            {
                if (record.Figures[$"cosine.{modality}"].Sum <= 0) continue;
                agreeing++;
                foreach (string name in uniform.Keys.Where(name => name.StartsWith($"encoders.{modality}.", StringComparison.Ordinal)))
                    Assert.True(Law.Difference(uniform[name], pareto[name]) <= 1e-5 * (1e-3 + Law.Norm(uniform[name])), name);
            }
        }
        Assert.True(agreeing > 5);
    }

    [Fact]
    public void MmPareto_fact_8_batch_norm_counts_in_cosines_and_is_updated_once()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            var (joint, _) = Step("{name: joint}", seed);
            var (uniform, _) = Step("{name: uniform}", seed);
            var (pareto, record) = Step("{name: mmpareto}", seed);
            string[] encoder = [.. uniform.Keys.Where(name => name.StartsWith("encoders.a.", StringComparison.Ordinal))];
            Assert.Equal(4, encoder.Count(name => name.Contains("norm", StringComparison.Ordinal)));
            double[] m = [.. encoder.SelectMany(name => Doubles(joint[name]))], u = [.. encoder.SelectMany(name => Doubles(uniform[name])).Zip(m, (sum, part) => sum - part)];
            Assert.Equal(m.Zip(u, (x, y) => x * y).Sum() / (Length(m) * Length(u)), record.Figures["cosine.a"].Sum, 1e-4);
            Assert.All(encoder, name => Assert.NotEqual(uniform[name], pareto[name]));
        }
        Assert.Equal(Statistics("{name: joint}"), Statistics("{name: mmpareto}"));
    }

    [Theory]
    [InlineData(new[] { 1f, 0 }, new[] { -2f, 0 }, new[] { 0f, 0 })]
    [InlineData(new[] { 0f, 0 }, new[] { 0f, 0 }, new[] { 0f, 0 })]
    [InlineData(new[] { 0f, 0 }, new[] { 3f, 4 }, new[] { 4.5f, 6 })]
    [InlineData(new[] { 3f, 4 }, new[] { 0f, 0 }, new[] { 4.5f, 6 })]
    public void MmPareto_fact_9_vanishing_and_anti_parallel_gradients_give_finite_results(float[] multimodal, float[] unimodal, float[] expected)
    {
        using TensorScope scope = TensorScope.Begin();
        foreach (bool perTensor in (bool[])[true, false])
            Assert.Equal(Doubles(expected), Doubles(Integrate(Pair((multimodal, unimodal)), perTensor)[0]), Near);
    }

    [Fact]
    public void MmPareto_fact_9_results_are_finite_over_all_scales()
    {
        SeededRandom random = new(12);
        for (int round = 0; round < 200; round++)
        {
            using TensorScope scope = TensorScope.Begin();
            double scale = Math.Pow(10, random.NextDouble(-18, 30));
            float[] Drawn() => [.. Enumerable.Range(0, 5).Select(_ => (float)(scale * random.NextGaussian()))];
            float[] multimodal = Drawn(), unimodal = round % 3 == 0 ? [.. multimodal.Select(value => -(round % 2 + 1) * value)] : Drawn();
            float[] found = Integrate(Pair((multimodal, unimodal)))[0];
            Assert.All(found, value => Assert.True(float.IsFinite(value)));
            if (round % 3 != 0) Assert.True(Law.Norm(found) >= 1.5 * Law.Norm(multimodal.Zip(unimodal, (a, b) => a + b)) * (1 - 1e-4));
        }
    }

    private static (IReadOnlyDictionary<string, float[]> Gradients, EpochRecord Record) Step(string method, ulong seed)
    {
        using Trial trial = new(new TrialSpec(method) { Seed = seed });
        EpochRecord record = trial.Step(0);
        return (trial.Gradients.Single(), record);
    }

    private static float[] Statistics(string method)
    {
        using Trial trial = new(new TrialSpec(method));
        trial.Step(0);
        return [.. trial.Values().Where(pair => pair.Key.Contains("running", StringComparison.Ordinal)).SelectMany(pair => pair.Value)];
    }

    private static void Integrates(float[] multimodal, float[] unimodal, double cosine, double weight, double[] expected)
    {
        using TensorScope scope = TensorScope.Begin();
        GradientPair pair = Pair((multimodal, unimodal));
        var (foundCosine, foundWeight) = MmPareto.Weigh(pair);
        Assert.Equal(cosine, foundCosine, 6);
        Assert.Equal(weight, foundWeight, 6);
        foreach (bool perTensor in (bool[])[true, false]) Assert.Equal(expected, Doubles(Integrate(pair, perTensor)[0]), Near);
    }

    private static float[][] Integrate(GradientPair pair, bool perTensor = true) =>
        [.. MmPareto.Integrate(pair, MmPareto.Weigh(pair).Weight, 1.5, perTensor).Select(tensor => tensor.ToArray<float>())];

    private static GradientPair Pair(params (float[] Multimodal, float[] Unimodal)[] tensors) =>
        new([], [.. tensors.Select(pair => (Tensor.From(pair.Multimodal, pair.Multimodal.Length), Tensor.From(pair.Unimodal, pair.Unimodal.Length)))]);

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static bool Near(double left, double right) => Math.Abs(left - right) < 1e-5 * Math.Max(1, Math.Abs(left));
}
