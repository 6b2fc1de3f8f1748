using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Methods;

/// <summary>Which methods work with which fusions and how many modalities: found by training tiny models, not by declaration.</summary>
public static class MethodMatrix
{
    private const int Samples = 6, Classes = 3, Inputs = 4, Width = 5;

    /// <summary>The numbers of modalities that are tried.</summary>
    public static IReadOnlyList<int> Counts { get; } = [2, 3, 4];

    /// <summary>Tries every method with every fusion and number of modalities.</summary>
    public static IReadOnlyList<MatrixEntry> Try() =>
    [
        .. from method in MethodRegistry.Names
           from fusion in FusionSpec.Types
           from count in Counts
           select new MatrixEntry(method, fusion, count, Refusal(method, fusion, count)),
    ];

    /// <summary>
    /// Trains on a complete batch, one where every other sample lacks the first modality and one where all lack it; ends an epoch;
    /// predicts. Null where all of it is finite, else why it is refused.
    /// </summary>
    internal static string? Refusal(string method, string fusion, int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(m => $"m{m}")];
        using MethodSet methods = new([MethodRegistry.Read(YamlMap.Parse($"{{name: {method}, modality: m0}}", method, new ProblemList()))!]);
        if (methods.Refuses(fusion, names) is { } refusal) return refusal.Reason;
        string[] taken = method == "unimodal" ? names[..1] : names;
        using Generator generator = new(0);
        try
        {
            ModelSpec spec = new([.. taken.Select(name => new ModalitySpec(name, new EncoderSpec("mlp", initial => new Mlp(Inputs, [Width], initial))))], new FusionSpec(fusion), Classes);
            using MultimodalModel model = ModelBuilder.Build(spec, methods.UnimodalHeads, generator);
            return Train(model, methods, generator) ? null : "the result is not finite";
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }

    private static bool Train(MultimodalModel model, MethodSet methods, Generator generator)
    {
        using TensorScope scope = TensorScope.Begin();
        using Sgd optimizer = new(model.NamedParameters(), 0.1, momentum: 0.9);
        methods.Start(model, Samples);
        TrainingStep step = new(model, methods, optimizer, new LossFunction(), generator);
        ModelInput complete = Batch(model.Modalities, generator);
        ModelInput[] batches = [complete, WithoutFirst(complete, row => row % 2 == 0), WithoutFirst(complete, _ => model.Modalities.Count > 1)];
        for (int i = 0; i < batches.Length; i++) step.Run(batches[i], new StepPosition(0, i, batches.Length), new EpochRecord());
        SplitFeatures features = new(model.Modalities.ToDictionary(name => name, name => (Rows(complete.Inputs[name]), complete.Labels!.ToArray<long>())));
        methods.EpochEnd(new EpochContext(model, optimizer, Classes, Epoch: 20, Epochs: 21, _ => features, (_, _) => { }));
        bool finite = batches.All(batch => methods.Predict(model, model.Forward(batch)).Logits.AllFinite());
        return finite && model.NamedParameters().All(parameter => parameter.Tensor.AllFinite());
    }

    private static ModelInput Batch(IReadOnlyList<string> modalities, Generator generator)
    {
        Dictionary<string, Tensor> inputs = modalities.ToDictionary(name => name, _ => Tensor.Zeros(Samples, Inputs));
        foreach (Tensor input in inputs.Values) input.NormalInPlace(0, 1, generator);
        long[] labels = [.. Enumerable.Range(0, Samples).Select(row => (long)row % Classes)];
        return new ModelInput(inputs, Tensor.From(labels, Samples), [.. Enumerable.Range(0, Samples)], new Dictionary<string, bool[]>());
    }

    private static ModelInput WithoutFirst(ModelInput batch, Func<int, bool> lacks)
    {
        bool[] present = [.. Enumerable.Range(0, Samples).Select(row => !lacks(row))];
        return batch with { Present = new Dictionary<string, bool[]> { [batch.Inputs.Keys.First()] = present } };
    }

    private static float[][] Rows(Tensor tensor) => [.. tensor.ToArray<float>().Chunk(Inputs)];
}

/// <summary>One method with one fusion and one number of modalities.</summary>
/// <param name="Method">The method.</param>
/// <param name="Fusion">The fusion.</param>
/// <param name="Modalities">How many modalities the data has.</param>
/// <param name="Refusal">Why it is refused; null where it works.</param>
public sealed record MatrixEntry(string Method, string Fusion, int Modalities, string? Refusal);
