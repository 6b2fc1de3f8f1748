using Equipoise.Data;
using Equipoise.Gradients;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Training;

/// <summary>One batch of training: forward, then for each pass losses, gradients, modulation, step.</summary>
/// <param name="model">The model.</param>
/// <param name="methods">The methods of the run.</param>
/// <param name="optimizer">What moves the parameters.</param>
/// <param name="loss">The configured cross-entropy.</param>
/// <param name="noise">The noise stream.</param>
/// <param name="clipNorm">Bound of the gradient's norm over all parameters; 0 for none.</param>
/// <param name="seed">What dropout is drawn from, with the position of the step: an interrupted run goes on with the same draws.</param>
public sealed class TrainingStep(
    MultimodalModel model, MethodSet methods, Optimizer optimizer, LossFunction loss, Generator noise, double clipNorm = 0, ulong seed = 0) : IDisposable
{
    private readonly GradientSum _sum = new(optimizer);

    /// <summary>How many batches make one step of the optimiser, by the mean of their gradients over the samples; 1 by default. An epoch's last group may be smaller.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>The most samples computed at a time. A larger batch is split, and its parts are trained like batches that accumulate; none is by default.</summary>
    public int MicroBatch { get; init; } = int.MaxValue;

    /// <summary>What keeps small gradients from vanishing in float16; null, the default, for nothing.</summary>
    public LossScale? LossScale { get; init; }

    /// <summary>Trains on one batch and adds what happened to the epoch's record.</summary>
    /// <exception cref="DivergedException">A loss is not finite; no parameter has moved in this pass.</exception>
    /// <exception cref="InvalidOperationException">Several batches, or parts of one, are to make one step, and the method takes several steps in each.</exception>
    public void Run(ModelInput batch, StepPosition position, EpochRecord record)
    {
        using TensorScope scope = TensorScope.Begin();
        model.RestartDraws(SeedStream.Derive(seed, "step", position.Epoch, position.Step));
        IReadOnlyList<ModelInput> parts = batch.Split(MicroBatch);
        bool alone = Accumulate == 1 && parts.Count == 1;
        foreach (ModelInput part in parts) RunPart(part, part.Size / (double)batch.Size, alone, position, record);
        record.EndStep(batch.Size);
        if (alone || !position.EndsGroup(Accumulate)) return;
        _sum.GiveMean();
        Move();
    }

    /// <inheritdoc />
    public void Dispose() => _sum.Dispose();

    /// <summary>Forward and backward; the parameters move at once where the part is the whole step.</summary>
    private void RunPart(ModelInput batch, double share, bool alone, StepPosition position, EpochRecord record)
    {
        using TensorScope scope = TensorScope.Begin();
        ForwardResult forward = model.Forward(batch);
        record.CountPredictions(model, methods, batch, forward);
        IReadOnlyList<Pass> passes = methods.Passes(model);
        if (passes.Count > 1 && !alone) throw new InvalidOperationException($"method {methods.Name} steps several times in a batch: its gradients cannot be added up");
        foreach (Pass pass in passes)
        {
            StepContext context = new(model, batch, forward, loss, noise, position, pass, record.Figures);
            if (pass.Modality is { } turn && !context.HasSamples(turn)) continue;
            LossSet losses = methods.Losses(context);
            if (losses.All.Count == 0) continue; // No sample has what the losses are about.
            record.AddLosses(losses, context, share);
            if (!CombineGradients(context, losses)) continue;
            methods.AfterBackward(context);
            if (alone) Move();
            else _sum.Take(batch.Size);
        }
    }

    /// <summary>Gradients into the parameters; false where some overflowed and none is left.</summary>
    private bool CombineGradients(StepContext context, LossSet losses)
    {
        if (LossScale is null)
        {
            methods.CombineGradients(context, losses);
            return true;
        }
        double factor = LossScale.Factor;
        context.Figure("loss_scale", factor);
        methods.CombineGradients(context, losses.Times(factor));
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        Tensor[] gradients = Gradients();
        foreach (Tensor gradient in gradients) gradient.MulInPlace(1 / factor);
        if (LossScale.Accept(double.IsFinite(Gram.LengthOf(gradients)))) return true;
        optimizer.ClearGradients();
        return false;
    }

    private Tensor[] Gradients() => [.. optimizer.Parameters.Select(parameter => parameter.Tensor.Grad).OfType<Tensor>()];

    private void Move()
    {
        if (clipNorm > 0) ClipGradients();
        optimizer.Step();
        optimizer.ClearGradients();
    }

    private void ClipGradients()
    {
        using TensorScope scope = TensorScope.Begin();
        using GradMode off = GradMode.Off();
        Tensor[] gradients = Gradients();
        double norm = Gram.LengthOf(gradients);
        if (norm <= clipNorm) return;
        foreach (Tensor gradient in gradients) gradient.MulInPlace(clipNorm / norm);
    }
}
