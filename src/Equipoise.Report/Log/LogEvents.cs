using System.Text.Json;
using Equipoise.Report.Log;

namespace Equipoise.Report;

/// <summary>What a run is, as told by its first line.</summary>
/// <param name="Time">When it began, as written in the log.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Seed">The run's seed; null where unknown.</param>
/// <param name="Epochs">The epochs asked for; null where unknown.</param>
/// <param name="Modalities">The modalities, in the model's order.</param>
/// <param name="Classes">The classes' names, in the order of their numbers.</param>
/// <param name="PackName">The data set's name.</param>
/// <param name="Details">The whole line: pack, splits, parameters, configuration, environment.</param>
public sealed record StartEvent(
    string? Time,
    string Method,
    long? Seed,
    long? Epochs,
    IReadOnlyList<string> Modalities,
    IReadOnlyList<string> Classes,
    string? PackName,
    JsonElement Details)
{
    /// <summary>How many parameters the model has; null where unknown.</summary>
    public long? Parameters { get; private init; }

    internal static StartEvent From(JsonElement json)
    {
        if (json.Text("format") is { } format && format != "equipoise-log/1")
            throw new FormatException($"format '{format}' is not known (this program reads equipoise-log/1)");
        return new(json.Text("time"), json.Text("method") ?? "unnamed", json.Whole("seed"), json.Whole("epochs"),
            json.Texts("modalities"), json.Texts("classes"), json.Get("pack")?.Text("name"), json)
        {
            Parameters = json.Get("parameters")?.Whole("total"),
        };
    }
}

/// <summary>One epoch of training.</summary>
/// <param name="Epoch">Its number, from 0.</param>
/// <param name="LearningRate">The learning rate in it; NaN where unknown.</param>
/// <param name="Seconds">How long it took; NaN where unknown.</param>
/// <param name="SamplesPerSecond">Training speed; NaN where unknown.</param>
/// <param name="Loss">The training losses by name.</param>
/// <param name="Train">The scores on train, where measured.</param>
/// <param name="Val">The scores on val, where measured.</param>
/// <param name="Figures">The method's own figures by name, such as <c>ratio.audio</c>.</param>
/// <param name="Best">Whether it was the best so far on val.</param>
public sealed record EpochEvent(
    long Epoch,
    double LearningRate,
    double Seconds,
    double SamplesPerSecond,
    IReadOnlyDictionary<string, double> Loss,
    Scores? Train,
    Scores? Val,
    IReadOnlyDictionary<string, double> Figures,
    bool Best)
{
    internal static EpochEvent From(JsonElement json) => new(
        json.Whole("epoch") ?? throw new FormatException("'epoch' is missing"),
        json.Number("learning_rate"),
        json.Number("seconds"),
        json.Number("samples_per_second"),
        json.Numbers("loss"),
        json.Get("train") is { } train ? Scores.From(train) : null,
        json.Get("val") is { } val ? Scores.From(val) : null,
        json.Numbers("figures"),
        json.Flag("best"));
}

/// <summary>One look at a split after training: the run's own test, or a later evaluation.</summary>
/// <param name="Time">When, as written in the log.</param>
/// <param name="Split">The split that was scored.</param>
/// <param name="Looks">How many looks at test there had been, this one included; null where the log is silent.</param>
/// <param name="Scores">What came out.</param>
public sealed record EvaluationEvent(string? Time, string Split, long? Looks, Scores Scores)
{
    internal static EvaluationEvent From(JsonElement json) =>
        new(json.Text("time"), json.Text("split") ?? "test", json.Whole("looks"), Scores.From(json));
}

/// <summary>How much a notice matters.</summary>
public enum NoticeLevel
{
    /// <summary>Worth knowing.</summary>
    Information,

    /// <summary>Worth a doubt.</summary>
    Warning,

    /// <summary>Something went wrong.</summary>
    Failure,
}

/// <summary>Something a reader of the results should know.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Message">One sentence.</param>
public sealed record Notice(NoticeLevel Level, string Message);

/// <summary>How a run stands.</summary>
public enum RunState
{
    /// <summary>The log has no end: the run is still going, or was killed.</summary>
    Unfinished,

    /// <summary>It was stopped and can be resumed.</summary>
    Interrupted,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It came to its end.</summary>
    Finished,
}
