using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>A small model under a method, trained step by step; what the steps did to it is there to be looked at.</summary>
internal sealed class Trial : IDisposable
{
    private const int Classes = 3, Size = 8, Samples = 40;

    private readonly TrialSpec _spec;
    private readonly GradientSpy _spy = new();
    private readonly TrainingStep _step;

    /// <summary>Builds a trial; <paramref name="first"/> go before the methods that the spec names.</summary>
    internal Trial(TrialSpec spec, params BalancingMethod[] first)
    {
        TorchRuntime.Threads = 1;
        _spec = spec;
        Methods = new MethodSet([.. first, .. Read(spec.Method).Methods, _spy]);
        using Generator initial = new(0);
        FusionSpec fusion = new(spec.Fusion ?? Methods.DefaultFusion, Condition: "a");
        Model = ModelBuilder.Build(new ModelSpec([.. spec.Modalities.Select(name => new ModalitySpec(name, spec.Encoder(name)))], fusion, Classes), Methods.UnimodalHeads, initial);
        Fill();
        Optimizer = spec.Optimizer.Make(spec.EncodersOnly ? Model.Modalities.SelectMany(Model.EncoderParameters) : Model.NamedParameters());
        Noise = new Generator(spec.Seed);
        Methods.Start(Model, Samples);
        _step = new TrainingStep(Model, Methods, Optimizer, new LossFunction(), Noise);
    }

    internal MultimodalModel Model { get; }

    internal MethodSet Methods { get; }

    internal Optimizer Optimizer { get; }

    internal Generator Noise { get; }

    /// <summary>What the optimiser got in the last step, by parameter; one entry per pass.</summary>
    internal IReadOnlyList<IReadOnlyDictionary<string, float[]>> Gradients => _spy.Gradients;

    /// <summary>The parameters that the optimiser was about to move in the last step; one entry per pass.</summary>
    internal IReadOnlyList<IReadOnlyDictionary<string, float[]>> Moved => _spy.Parameters;

    /// <summary>The methods of a <c>method</c> block in flow style.</summary>
    internal static MethodSet Read(string block)
    {
        ProblemList problems = new();
        YamlMap map = YamlMap.Parse($"method: {block}", "trial", problems);
        BalancingMethod[] methods = [.. (map.MapList("method") ?? []).Select(part => MethodRegistry.Read(part)).OfType<BalancingMethod>()];
        map.RejectUnknown();
        problems.ThrowIfAny();
        return new MethodSet(methods);
    }

    /// <summary>Trains on the drawn batch of this number.</summary>
    internal EpochRecord Step(int batch, int epoch = 0)
    {
        using TensorScope scope = TensorScope.Begin();
        _spy.Forget();
        EpochRecord record = new();
        _step.Run(Batch(batch), new StepPosition(epoch, batch, 5), record);
        return record;
    }

    /// <summary>Ends an epoch, with drawn clusters as the features that a diagnosis sees; the figures logged.</summary>
    internal Dictionary<string, double> EndEpoch(int epoch)
    {
        Dictionary<string, double> figures = [];
        SplitFeatures Drawn(string split) => new(_spec.Modalities.ToDictionary(name => name, name => Clusters(name, _spec.SameSplits ? "train" : split, epoch)));
        Methods.EpochEnd(new EpochContext(Model, Optimizer, Classes, epoch, 10, Drawn, figures.Add));
        return figures;
    }

    /// <summary>What the model in use says of a drawn batch: the method's fused logits.</summary>
    internal float[] Predict(int batch)
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        Model.Train(false);
        float[] logits = Methods.Predict(Model, Model.Forward(Batch(batch))).Logits.ToArray<float>();
        Model.Train();
        return logits;
    }

    /// <summary>Parameters and buffers by name, a concatenating head modality by modality: none depends on the modalities' order.</summary>
    internal Dictionary<string, float[]> Values()
    {
        using TensorScope scope = TensorScope.Begin();
        Dictionary<string, float[]> values = [];
        foreach (var (name, tensor) in Model.StateDict())
            if (Columns(name, tensor) is { } columns)
                foreach (var (modality, block) in columns) values[$"{name}:{modality}"] = block.Contiguous().ToArray<float>();
            else values[name] = tensor.ToArray<float>();
        return values;
    }

    /// <summary>The drawn batch of this number; needs a scope.</summary>
    internal ModelInput Batch(int number)
    {
        SeededRandom random = Random($"labels {number}");
        long[] labels = [.. Enumerable.Range(0, Size).Select(_ => (long)random.Next(Classes))];
        int[] indices = [.. Enumerable.Range(0, Size).Select(row => number * Size % Samples + row)];
        Dictionary<string, Tensor> inputs = _spec.Modalities.ToDictionary(name => name, name => Drawn($"input {name} {number}", _spec.Scale, [Size, .. _spec.Shape(name)]));
        return new ModelInput(inputs, Tensor.From(labels, Size), indices, _spec.Absent && number % 2 == 1 ? Presence(number) : []);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Model.Dispose();
        Methods.Dispose();
        Noise.Dispose();
    }

    private Dictionary<string, bool[]> Presence(int number) => _spec.Modalities.Order().Select((name, m) =>
    {
        SeededRandom random = Random($"present {name} {number}");
        return (name, Rows: Enumerable.Range(0, Size).Select(row => row % _spec.Modalities.Length == m || random.Next(2) == 0).ToArray());
    }).ToDictionary(pair => pair.name, pair => pair.Rows);

    private (float[][] Rows, long[] Labels) Clusters(string modality, string split, int epoch)
    {
        SeededRandom random = Random($"clusters {modality} {split} {epoch}");
        long[] labels = [.. Enumerable.Range(0, 30).Select(i => (long)(i % Classes))];
        int mixed = split == "val" ? 2 : 6;
        return ([.. labels.Select(label => Enumerable.Range(0, Classes).Select(d => (float)(d == (random.Next(mixed) == 0 ? 0 : label) ? 2 : 0.1 * random.NextGaussian())).ToArray())], labels);
    }

    private void Fill()
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        foreach (var (name, parameter) in Model.NamedParameters())
            if (Columns(name, parameter) is { } columns)
                foreach (var (modality, block) in columns) block.CopyInPlace(Drawn($"{name}:{modality}", 0.4, block.Shape));
            else if (parameter.Dimensions > 1) parameter.CopyInPlace(Drawn(name, Math.Sqrt(2.0 * parameter.Shape[0] / parameter.Count), parameter.Shape));
            else parameter.CopyInPlace(Drawn(name, 0.1, parameter.Shape) + (name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0));
    }

    private IEnumerable<(string Modality, Tensor Block)>? Columns(string name, Tensor tensor) =>
        Model.Fusion is Fusions.ConcatFusion && name == "fusion.head.weight"
            ? _spec.Modalities.Select((modality, m) => (modality, tensor.Narrow(1, m * TrialSpec.Width, TrialSpec.Width)))
            : null;

    private Tensor Drawn(string name, double scale, long[] shape)
    {
        SeededRandom random = Random(name);
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(scale * random.NextGaussian());
        return Tensor.From(values, shape);
    }

    private SeededRandom Random(string name) => new(SeedStream.Derive(_spec.Seed, name));
}
