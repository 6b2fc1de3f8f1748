using Equipoise.Encoders;
using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>A model and a batch of made-up data, for a step of training at one size.</summary>
internal sealed class GrowingModel : IDisposable
{
    private readonly Generator _generator = new(0);
    private readonly MultimodalModel _model;
    private readonly MethodSet _methods;
    private readonly Sgd _optimizer;
    private readonly TrainingStep _step;
    private readonly ModelInput _batch;
    private readonly EpochRecord _record = new();

    private GrowingModel(BalancingMethod method, Func<Generator, Encoder> encoder, int modalities, int classes, params long[] shape)
    {
        using TensorScope scope = TensorScope.Begin();
        _methods = new MethodSet([method]);
        (string Name, Encoder Encoder)[] encoders = [.. Enumerable.Range(0, modalities).Select(i => ($"m{i}", encoder(_generator)))];
        (string Name, long Width)[] widths = [.. encoders.Select(pair => (pair.Name, pair.Encoder.Width))];
        Dictionary<string, Linear>? heads = _methods.UnimodalHeads ? widths.ToDictionary(pair => pair.Name, pair => new Linear(pair.Width, classes, _generator)) : null;
        _model = new MultimodalModel(encoders, new ConcatFusion(widths, classes, _generator), heads);
        _methods.Start(_model, (int)shape[0]);
        _optimizer = new Sgd(_model.NamedParameters(), 1e-3, 0.9, 1e-4);
        _step = new TrainingStep(_model, _methods, _optimizer, new LossFunction(), _generator);
        long[] labels = [.. Enumerable.Range(0, (int)shape[0]).Select(i => (long)(i % classes))];
        _batch = new ModelInput(encoders.ToDictionary(pair => pair.Name, _ => Random(shape)), Tensor.From(labels, labels.Length).Own());
    }

    /// <summary>A model of a kind: <c>modalities</c> (their number) or <c>classes</c> (theirs).</summary>
    internal static GrowingModel Of(string kind, int size) => kind == "modalities"
        ? new GrowingModel(new Joint(), generator => new ResNet(1, generator), size, 6, 16, 1, 96, 96)
        : new GrowingModel(new MmPareto(), generator => new Mlp(512, [256, 256], generator), 2, size, 64, 512);

    /// <summary>One step of training.</summary>
    internal void Step() => _step.Run(_batch, new StepPosition(0, 0, 1), _record);

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _methods.Dispose();
        _generator.Dispose();
        foreach (Tensor tensor in _batch.Inputs.Values) tensor.Dispose();
        _batch.Labels!.Dispose();
    }

    private Tensor Random(long[] shape)
    {
        Tensor values = Tensor.Zeros(shape);
        values.NormalInPlace(0, 1, _generator);
        return values.Own();
    }
}
