using Equipoise.Fusions;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>Two ResNet-18 with a method, on one batch of spectrograms 1×257×188 and pictures 3×224×224 of six classes.</summary>
internal sealed class TwoResNets : IDisposable
{
    private const int Classes = 6;
    private readonly Generator _generator = new(0);
    private readonly MultimodalModel _model;
    private readonly MethodSet _methods;
    private readonly Sgd _optimizer;
    private readonly TrainingStep _step;
    private readonly ModelInput _batch;
    private readonly EpochRecord _record = new();

    internal TwoResNets(BalancingMethod method, int batch, bool half)
    {
        using TensorScope scope = TensorScope.Begin();
        _methods = new MethodSet([method]);
        (string, Encoder)[] encoders = [("audio", new ResNet(1, _generator)), ("visual", new ResNet(3, _generator))];
        (string Name, long Width)[] widths = [("audio", 512), ("visual", 512)];
        Fusion fusion = method is Mla ? new SharedFusion(widths, Classes, _generator) : new ConcatFusion(widths, Classes, _generator);
        _model = new MultimodalModel(encoders, fusion, _methods.UnimodalHeads ? widths.ToDictionary(pair => pair.Name, pair => new Linear(pair.Width, Classes, _generator)) : null) { HalfPrecision = half ? DType.BFloat16 : null };
        _methods.Start(_model, batch);
        _optimizer = new Sgd(_model.NamedParameters(), 1e-3, 0.9, 1e-4);
        _step = new TrainingStep(_model, _methods, _optimizer, new LossFunction(), _generator);
        _batch = new ModelInput(new Dictionary<string, Tensor> { ["audio"] = Random(batch, 1, 257, 188), ["visual"] = Random(batch, 3, 224, 224) }, Tensor.From<long>([.. Enumerable.Range(0, batch).Select(i => (long)(i % Classes))], batch).Own());
    }

    /// <summary>One step of training.</summary>
    internal void Step() => _step.Run(_batch, new StepPosition(0, 0, 1), _record);

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
        _optimizer.Dispose();
        _model.Dispose();
        _methods.Dispose();
        _generator.Dispose();
        foreach (Tensor tensor in _batch.Inputs.Values) tensor.Dispose();
        _batch.Labels!.Dispose();
    }

    private Tensor Random(params long[] shape)
    {
        Tensor values = Tensor.Zeros(shape);
        values.NormalInPlace(0, 1, _generator);
        return values.Own();
    }
}
