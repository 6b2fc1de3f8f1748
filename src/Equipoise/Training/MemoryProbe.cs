using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Training;

/// <summary>
/// Records what training steps on a few samples of train hold in memory, and leaves no trace: parameters, statistics and the methods' state
/// are put back, random numbers come from elsewhere. What is found depends on model and shapes alone.
/// </summary>
internal sealed class MemoryProbe : IDisposable
{
    private const int Samples = 3;
    private readonly RunConfig _config;
    private readonly MultimodalModel _model;
    private readonly Batch _batch;
    private readonly ModelInput _whole;
    private readonly Optimizer _optimizer;
    private readonly Generator _noise = new(0);

    private MemoryProbe(RunConfig config, Pack pack, MultimodalModel model)
    {
        _config = config;
        _model = model;
        PackSplit split = config.Split(pack, "train");
        _batch = new Loader(split, config.Inputs, new LoaderOptions { BatchSize = Samples }).Epoch(0).First();
        _whole = Whole(split);
        _optimizer = config.Train.Optimizer.Make(model);
        _optimizer.LearningRate = 0;
    }

    /// <summary>Measures; the methods have been started with the model.</summary>
    internal static StepMemory Measure(RunConfig config, Pack pack, MultimodalModel model)
    {
        using TensorScope scope = TensorScope.Begin();
        Dictionary<string, Tensor> state = config.Methods.State().ToDictionary(pair => pair.Key, pair => pair.Value.Clone());
        (Tensor Of, Tensor Copy)[] kept = [.. model.StateDict().Select(pair => (pair.Tensor, pair.Tensor.Detach().Clone()))];
        config.Train.Freeze.Apply(model, config.Train.Epochs - 1); // Most is learnt at the end.
        try
        {
            using MemoryProbe probe = new(config, pack, model);
            return probe.Measure();
        }
        finally
        {
            using GradMode off = GradMode.Off();
            foreach (var (tensor, copy) in kept) tensor.CopyInPlace(copy);
            config.Methods.LoadState(state);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _optimizer.Dispose();
        _batch.Dispose();
        _noise.Dispose();
    }

    /// <summary>On two and on three samples: a single one is often computed by other operators.</summary>
    private StepMemory Measure()
    {
        int few = Math.Min(2, _whole.Size), more = _whole.Size;
        Record(few); // Makes the optimiser's state.
        return StepMemory.Of(few, Record(few), more, Record(more), BytesBeside());
    }

    /// <summary>What a step on so many samples holds at each moment: the second of two parts, so that the sum of gradients is there as well.</summary>
    private long[] Record(int samples)
    {
        using TrainingStep step = new(_model, _config.Methods, _optimizer, new LossFunction(), _noise) { Accumulate = 2 };
        ModelInput part = _whole.Rows(0, samples);
        EpochRecord record = new();
        return MemoryRecording.Of(() =>
        {
            step.Run(part, new StepPosition(0, 0, 2), record);
            step.Run(part, new StepPosition(0, 1, 2), record);
        });
    }

    /// <summary>Parameters, statistics, the optimiser's state, and the inputs of one whole batch.</summary>
    private long BytesBeside() =>
        _model.StateDict().Select(pair => pair.Tensor).Concat(_optimizer.State.Values).Sum(Bytes)
        + _whole.Inputs.Values.Concat(_whole.Masks.Values).Sum(Bytes) / _whole.Size * _config.Train.BatchSize;

    private static long Bytes(Tensor tensor) => tensor.Count * tensor.Type.Size();

    /// <summary>The samples as if none lacked a modality and all were of full length: no others hold more.</summary>
    private ModelInput Whole(PackSplit split)
    {
        ModelInput input = _batch.ToInput();
        return input with
        {
            Present = _batch.Inputs.Keys.Where(name => split.Present(name) is not null).ToDictionary(name => name, _ => Enumerable.Repeat(true, input.Size).ToArray()),
            Masks = input.Masks.ToDictionary(pair => pair.Key, pair => Ops.Full(pair.Value.Shape, 1, DType.Bool)),
        };
    }
}
