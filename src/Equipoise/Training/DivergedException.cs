namespace Equipoise.Training;

/// <summary>A loss became infinite or not a number, so training stopped before the step was taken.</summary>
/// <param name="epoch">The epoch, from 0.</param>
/// <param name="step">The step within the epoch, from 0.</param>
/// <param name="loss">The loss.</param>
/// <param name="modality">The modality whose features or loss went first; null where none can be named.</param>
public sealed class DivergedException(int epoch, int step, string loss, string? modality)
    : Exception($"the loss '{loss}' is not finite in epoch {epoch}, step {step}" + (modality is null ? "" : $" (modality {modality})"))
{
    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>The step within the epoch, from 0.</summary>
    public int Step { get; } = step;

    /// <summary>The modality whose features or loss went first.</summary>
    public string? Modality { get; } = modality;
}
