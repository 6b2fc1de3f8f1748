using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Weights;

namespace Equipoise.Training;

/// <summary>What a run would be: shapes, parameters, memory and time, measured on two steps that leave nothing behind.</summary>
/// <param name="Inputs">The shape of a batch of each modality.</param>
/// <param name="Parameters">Parameters by part.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="SecondsPerEpoch">Steps times the second step's time; evaluation not counted.</param>
/// <param name="PeakMemory">The most memory the process held, in bytes.</param>
/// <param name="MicroBatch">The most samples computed at a time; the batch size where nothing is split.</param>
public sealed record DryRun(
    IReadOnlyDictionary<string, long[]> Inputs, IReadOnlyDictionary<string, long> Parameters, int StepsPerEpoch, double SecondsPerEpoch, long PeakMemory, int MicroBatch)
{
    /// <summary>Measures.</summary>
    public static DryRun Measure(RunConfig config, Pack pack, TimeProvider clock)
    {
        using TensorScope scope = TensorScope.Begin();
        using DeviceScope device = RunParts.BeginTraining(config.Train);
        using MultimodalModel model = RunParts.BuildModel(config);
        WeightsLoader.Load(config, model);
        using Optimizer optimizer = config.Train.Optimizer.Make(model);
        MemoryPlan plan = RunParts.Start(config, pack, model);
        config.Train.Freeze.Apply(model, epoch: 0);
        using Generator noise = new(0);
        using TrainingStep step = new(model, config.Methods, optimizer, new LossFunction(), noise) { Accumulate = config.Train.Accumulate, MicroBatch = plan.MicroBatch };
        Loader loader = new(config.Split(pack, "train"), config.Inputs, config.Train.Loading(seed: 0));
        Dictionary<string, long[]> shapes = [];
        double seconds = 0;
        int taken = 0;
        foreach (Batch batch in loader.Epoch(0).Take(2))
            using (batch)
            {
                foreach (var (name, tensor) in batch.Inputs) shapes.TryAdd(name, tensor.Shape);
                long began = clock.GetTimestamp();
                step.Run(batch.ToInput(), new StepPosition(0, taken++, loader.StepsPerEpoch), new EpochRecord());
                seconds = clock.GetElapsedTime(began).TotalSeconds;
            }
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        return new DryRun(
            shapes, RunParts.Parameters(model).ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<long>()), loader.StepsPerEpoch, seconds * loader.StepsPerEpoch, process.PeakWorkingSet64, plan.MicroBatch);
    }
}
