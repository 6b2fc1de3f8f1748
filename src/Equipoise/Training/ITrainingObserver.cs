using Equipoise.Evaluation;
using Equipoise.Weights;

namespace Equipoise.Training;

/// <summary>Told how a run goes on.</summary>
public interface ITrainingObserver
{
    /// <summary>Weights were loaded before the first step.</summary>
    void Loaded(WeightsReport report)
    {
    }

    /// <summary>A step is done.</summary>
    /// <param name="epoch">From 0.</param>
    /// <param name="step">Steps of the epoch done so far.</param>
    /// <param name="steps">Steps of the epoch.</param>
    void Stepped(int epoch, int step, int steps)
    {
    }

    /// <summary>An epoch is done.</summary>
    void EpochDone(EpochReport report)
    {
    }

    /// <summary>libtorch warned of something, for the first time in this run.</summary>
    void Warned(string message)
    {
    }
}

/// <summary>An epoch in short.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Epochs">How many there are.</param>
/// <param name="Loss">The mean of what was minimised.</param>
/// <param name="Val">Scores on val.</param>
/// <param name="Figures">The methods' own figures.</param>
/// <param name="Seconds">How long it took, evaluation included.</param>
/// <param name="SamplesPerSecond">Training samples per second.</param>
/// <param name="Best">Whether it is the best so far.</param>
public sealed record EpochReport(
    int Epoch, int Epochs, double Loss, Scores Val, IReadOnlyDictionary<string, double> Figures, double Seconds, double SamplesPerSecond, bool Best);
