using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Laws;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Tests.Facts;

/// <summary>The acceptance facts of Diagnosing &amp; Re-learning (ECCV 2024).</summary>
public sealed class RelearnFactTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.05, 0.1488850336)]
    [InlineData(0.1, 0.2913126125)]
    [InlineData(0.2, 0.5370495670)]
    [InlineData(0.3, 0.7162978702)]
    [InlineData(0.5, 0.9051482536)]
    public void Relearn_fact_1_strength_grows_with_the_gap_whatever_its_sign(double gap, double strength)
    {
        Assert.Equal(strength, Purity.Strength(0.4 + gap, 0.4, 3), 9);
        Assert.Equal(strength, Purity.Strength(0.4, 0.4 + gap, 3), 9);
    }

    [Fact]
    public void Relearn_fact_2_a_parameter_goes_back_by_the_strength()
    {
        using Setting setting = new("mlp", start: 0.5);
        setting.Set(2);
        setting.Reinitialise(Purity.Strength(0.6, 0.5, 3));
        Assert.All(setting.Encoders(), value => Assert.Equal(1.5630310813, value, 1e-6));
    }

    [Fact]
    public void Relearn_fact_3_purity_counts_the_largest_class_of_each_cluster()
    {
        long[] labels = [0, 0, 0, 1, 1, 1, 2, 2];
        Assert.Equal(0.75, Purity.Of([0, 0, 1, 1, 1, 2, 2, 2], labels));
        Assert.Equal(0.75, Purity.Of([5, 5, 0, 0, 0, 9, 9, 9], labels));
        Assert.Equal(1, Purity.Of([3, 3, 3, 1, 1, 1, 2, 2], labels));
        Assert.Equal(3.0 / 8, Purity.Of(new int[8], labels));
        SeededRandom random = new(6);
        for (int round = 0; round < 200; round++)
        {
            int[] clusters = [.. labels.Select(_ => random.Next(4))];
            double purity = Purity.Of(clusters, labels);
            bool pure = clusters.Zip(labels).GroupBy(pair => pair.First, pair => pair.Second).All(cluster => cluster.Distinct().Count() == 1);
            Assert.InRange(purity, 3.0 / 8, 1);
            Assert.Equal(pure, purity == 1);
            Assert.Equal(purity, Purity.Of([.. clusters.Select(cluster => 3 - cluster)], labels));
        }
    }

    [Theory]
    [InlineData(90, new[] { 20, 40, 60 })]
    [InlineData(50, new[] { 20, 40 })]
    public void Relearn_fact_4_it_diagnoses_every_twenty_epochs_three_times(int epochs, int[] expected)
    {
        using Trial trial = new(new TrialSpec("{name: relearn}"));
        Assert.Equal(expected, Enumerable.Range(0, epochs).Where(epoch => trial.EndEpoch(epoch).ContainsKey("strength.a")));
    }

    [Fact]
    public void Relearn_fact_5_a_hundred_and_twenty_tensors_move_and_head_statistics_and_momentum_stay()
    {
        using Setting setting = new("resnet18");
        setting.Step();
        Dictionary<string, float[]> before = setting.Values(), momentum = setting.Momentum();
        setting.Reinitialise(0.25, "a");
        setting.Reinitialise(0.75, "b");
        Dictionary<string, float[]> after = setting.Values();
        Assert.Equal([.. setting.Model.Modalities.SelectMany(setting.Model.EncoderParameters).Select(pair => pair.Name)], Law.Changed(before, after).Where(Law.IsOfEncoder));
        Assert.Equal(120, Law.Changed(before, after).Count());
        Law.SameBits(momentum, setting.Momentum(), "momentum");
        foreach (var (name, start) in setting.Start)
        {
            float strength = name.StartsWith("encoders.a.", StringComparison.Ordinal) ? 0.25f : 0.75f;
            Assert.Equal(start.Zip(before[name], (s, b) => strength * s + (1 - strength) * b), after[name], (x, y) => Math.Abs(x - y) <= 1e-6 * Math.Max(1, Math.Abs(x)));
        }
    }

    [Fact]
    public void Relearn_fact_6_three_resets_leave_the_cube_of_what_one_leaves()
    {
        using Setting setting = new("mlp", start: 0);
        setting.Set(1);
        for (int i = 0; i < 3; i++) setting.Reinitialise(Purity.Strength(0.65, 0.5, 3));
        Assert.All(setting.Encoders(), value => Assert.Equal(0.1932018, value, 1e-6));
    }

    [Fact]
    public void Relearn_fact_7_every_dimension_is_scaled_to_the_whole_range()
    {
        float[][] scaled = Purity.Scale([[1, 5, 0], [3, 5, 10], [2, 5, 5]]);
        Assert.Equal([-1f, -1, -1], scaled[0]);
        Assert.Equal([1f, -1, 1], scaled[1]);
        Assert.Equal([0f, -1, 0], scaled[2]);
        SeededRandom random = new(7);
        float[][] rows = [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, 8).Select(d => (float)(Math.Pow(10, d - 4) * random.NextGaussian() + d)).ToArray())];
        float[][] drawn = Purity.Scale(rows);
        for (int d = 0; d < 8; d++) Assert.Equal((-1f, 1f), (drawn.Min(row => row[d]), drawn.Max(row => row[d])));
    }

    [Fact]
    public void Relearn_fact_9_without_gaps_training_is_that_without_resets_to_the_last_bit()
    {
        foreach (TrialSpec spec in Variants.Trials("{name: relearn, every: 1}"))
            Law.SameBits(Law.Train(spec with { Method = "{name: joint}" }), Law.Train(spec with { SameSplits = true }), $"{spec}");
    }

    /// <summary>A model that re-learning has seen at its start, with an optimiser that remembers.</summary>
    private sealed class Setting : IDisposable
    {
        private readonly Relearn _relearn = new();
        private readonly Sgd _sgd;

        internal Setting(string encoder, double? start = null)
        {
            using TensorScope scope = TensorScope.Begin();
            using Generator generator = new(1);
            EncoderSpec spec = encoder == "mlp" ? new("mlp", initial => new Mlp(3, [4], initial)) : new(encoder, initial => new ResNet(1, initial));
            Model = ModelBuilder.Build(new ModelSpec([new("a", spec), new("b", spec)], new FusionSpec("concat"), 3), false, generator);
            if (start is { } value) Set(value);
            _sgd = new Sgd(Model.NamedParameters(), 0.1, momentum: 0.9);
            _relearn.Start(Model, 4);
            Start = Values().Where(pair => Law.IsOfEncoder(pair.Key) && !pair.Key.Contains("running", StringComparison.Ordinal)).ToDictionary();
        }

        internal MultimodalModel Model { get; }

        internal Dictionary<string, float[]> Start { get; }

        internal Dictionary<string, float[]> Values() => Model.StateDict().ToDictionary(pair => pair.Name, pair => pair.Tensor.ToArray<float>());

        internal IEnumerable<double> Encoders() => Values().Where(pair => Law.IsOfEncoder(pair.Key)).SelectMany(pair => pair.Value).Select(value => (double)value);

        internal Dictionary<string, float[]> Momentum() => _sgd.State.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray<float>());

        internal void Set(double value)
        {
            using TensorScope scope = TensorScope.Begin();
            using GradMode off = GradMode.Off();
            foreach (var (_, tensor) in Model.NamedParameters()) tensor.CopyInPlace(tensor * 0 + value);
        }

        /// <summary>A step with made-up gradients, and statistics that have moved.</summary>
        internal void Step()
        {
            using TensorScope scope = TensorScope.Begin();
            using GradMode off = GradMode.Off();
            foreach (var (_, parameter) in Model.NamedParameters()) parameter.Grad = parameter * 0 + 1;
            foreach (var (_, buffer) in Model.NamedBuffers()) buffer.AddInPlace(buffer * 0 + 2);
            _sgd.Step();
        }

        internal void Reinitialise(double strength, string? modality = null)
        {
            foreach (string name in modality is null ? Model.Modalities : [modality]) _relearn.Reinitialise(Model, _sgd, name, strength);
        }

        public void Dispose()
        {
            _relearn.Dispose();
            _sgd.Dispose();
            Model.Dispose();
        }
    }
}
