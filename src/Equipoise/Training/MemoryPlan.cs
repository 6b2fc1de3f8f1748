using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Models;

namespace Equipoise.Training;

/// <summary>How many samples are computed at a time.</summary>
/// <param name="MicroBatch">The most in training; a larger batch is split.</param>
/// <param name="EvaluationBatch">In evaluation, which keeps no graph and so takes less for each.</param>
internal sealed record MemoryPlan(int MicroBatch, int EvaluationBatch)
{
    private const int LeastEvaluated = 128;

    /// <summary>Whole batches, where no budget binds.</summary>
    internal static MemoryPlan Unbound(TrainSettings train) => new(train.BatchSize, Math.Max(train.BatchSize, LeastEvaluated));

    /// <summary>What keeps within the budget of the configuration; the methods have been started with the model.</summary>
    /// <exception cref="ProblemException">It is too small for one sample.</exception>
    internal static MemoryPlan Of(RunConfig config, Pack pack, MultimodalModel model)
    {
        MemoryPlan unbound = Unbound(config.Train);
        if (config.Train.Memory == 0) return unbound;
        StepMemory memory = MemoryProbe.Measure(config, pack, model);
        int fitting = memory.Fitting(config.Train.Memory);
        if (fitting > 0) return new MemoryPlan(Math.Min(fitting, unbound.MicroBatch), Math.Min(fitting, unbound.EvaluationBatch));
        throw new ProblemException(
            $"train.memory: is {MemorySize.Describe(config.Train.Memory)}, and a step on a single sample takes {MemorySize.Describe(memory.At(1))}; give that or more, a smaller batch_size or a smaller model");
    }
}
