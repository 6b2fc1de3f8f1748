using System.Globalization;
using Equipoise.Training;
using Equipoise.Weights;

namespace Equipoise.Cli.Console;

/// <summary>Shows a training as it goes.</summary>
internal sealed class TrainingDisplay(Display display, string name, bool epochLines = true) : ITrainingObserver
{
    /// <inheritdoc />
    public void Loaded(WeightsReport report) => display.Line($"{name}: {report}");

    /// <inheritdoc />
    public void Stepped(int epoch, int step, int steps) => display.Running($"{name}: epoch {epoch}, step {step} of {steps}");

    /// <inheritdoc />
    public void Warned(string message) => display.Line($"{name}: libtorch warns: {message}");

    /// <inheritdoc />
    public void EpochDone(EpochReport report)
    {
        string modalities = string.Join(' ', report.Val.Modalities.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value.Accuracy:0.000}")));
        string figures = string.Join(' ', report.Figures.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value:0.###}")));
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: epoch {report.Epoch} of {report.Epochs}  loss {report.Loss:0.0000}  val {report.Val.Accuracy:0.000} ({modalities}){(report.Best ? " best" : "")}  {report.Seconds:0.0} s, {report.SamplesPerSecond:0} samples/s  {figures}");
        if (epochLines) display.Line(line.TrimEnd());
        else display.Running(line);
    }
}
