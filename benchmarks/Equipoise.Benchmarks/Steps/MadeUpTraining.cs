using Equipoise.Encoders;
using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>A model with a method, on one batch of made-up data, where new tensors lie.</summary>
internal sealed class MadeUpTraining : IDisposable
{
    private readonly Generator _generator = new(0);
    private readonly MultimodalModel _model;
    private readonly MethodSet _methods;
    private readonly Sgd _optimizer;
    private readonly TrainingStep _step;
    private readonly ModelInput _batch;
    private readonly EpochRecord _record = new();

    private MadeUpTraining(BalancingMethod method, int classes, int batch, params IReadOnlyList<Part> parts)
    {
        using TensorScope scope = TensorScope.Begin();
        _methods = new MethodSet([method]);
        (string Name, Encoder Encoder)[] encoders = [.. parts.Select(part => (part.Modality, part.Encoder(_generator)))];
        (string Name, long Width)[] widths = [.. encoders.Select(pair => (pair.Name, pair.Encoder.Width))];
        Fusion fusion = method is Mla ? new SharedFusion(widths, classes, _generator) : new ConcatFusion(widths, classes, _generator);
        _model = new MultimodalModel(encoders, fusion, _methods.UnimodalHeads ? widths.ToDictionary(pair => pair.Name, pair => new Linear(pair.Width, classes, _generator)) : null);
        _methods.Start(_model, batch);
        _optimizer = new Sgd(_model.NamedParameters(), 1e-3, 0.9, 1e-4);
        _step = new TrainingStep(_model, _methods, _optimizer, new LossFunction(), _generator);
        Tensor labels = Tensor.From<long>([.. Enumerable.Range(0, batch).Select(i => (long)(i % classes))], batch).Own();
        _batch = new ModelInput(parts.ToDictionary(part => part.Modality, part => Random(batch, part.Shape)), labels);
    }

    /// <summary>Two ResNet-18 on spectrograms 1×257×188 and pictures 3×224×224 of six classes.</summary>
    internal static MadeUpTraining OfTwoResNets(BalancingMethod method, int batch, bool half)
    {
        MadeUpTraining training = new(
            method, 6, batch, new Part("audio", initial => new ResNet(1, initial), [1, 257, 188]), new Part("visual", initial => new ResNet(3, initial), [3, 224, 224]));
        training._model.HalfPrecision = half ? DType.BFloat16 : null;
        return training;
    }

    /// <summary>So many ResNet-18 on pictures 1×96×96.</summary>
    internal static MadeUpTraining OfModalities(int count) =>
        new(new Joint(), 6, 16, [.. Enumerable.Range(0, count).Select(i => new Part($"m{i}", initial => new ResNet(1, initial), [1, 96, 96]))]);

    /// <summary>Two small encoders and so many classes.</summary>
    internal static MadeUpTraining OfClasses(int count) =>
        new(new MmPareto(), count, 64, [.. Enumerable.Range(0, 2).Select(i => new Part($"m{i}", initial => new Mlp(512, [256, 256], initial), [512]))]);

    /// <summary>One step of training, waited for.</summary>
    internal void Step()
    {
        _step.Run(_batch, new StepPosition(0, 0, 1), _record);
        if (DeviceScope.Current.IsCpu) return;
        using TensorScope scope = TensorScope.Begin();
        _ = _model.Fusion.NamedParameters().Last().Tensor.Detach().ToArray<float>();
    }

    /// <summary>The joint scores and those of each modality alone, as an evaluation takes them.</summary>
    internal void Evaluate()
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        _model.Train(false);
        ForwardResult forward = _model.Forward(_batch);
        _ = forward.Logits.Softmax(1).ToArray<float>();
        foreach (string modality in _model.Modalities) _ = _model.UnimodalLogits(forward.Features, modality).Softmax(1).ToArray<float>();
        _model.Train(true);
    }

    public void Dispose()
    {
        _step.Dispose();
        _optimizer.Dispose();
        _model.Dispose();
        _methods.Dispose();
        _generator.Dispose();
        foreach (Tensor tensor in _batch.Inputs.Values) tensor.Dispose();
        _batch.Labels!.Dispose();
    }

    private Tensor Random(int batch, long[] shape)
    {
        Tensor values = Tensor.Zeros([batch, .. shape]);
        values.NormalInPlace(0, 1, _generator);
        return values.Own();
    }

    private sealed record Part(string Modality, Func<Generator, Encoder> Encoder, long[] Shape);
}
