using System.Text.Json.Nodes;

namespace Equipoise.Training;

/// <summary>Where a run stands: saved in every checkpoint.</summary>
internal sealed class Progress
{
    /// <summary>The epoch that comes next or is under way, from 0.</summary>
    internal int Epoch { get; set; }

    /// <summary>Steps of it that are done.</summary>
    internal int Step { get; set; }

    /// <summary>The best epoch so far; −1 before the first.</summary>
    internal int BestEpoch { get; set; } = -1;

    /// <summary>Its value on val; larger is better.</summary>
    internal double BestValue { get; set; } = double.NegativeInfinity;

    /// <summary>Its scores on val, as in <c>metrics.json</c>; null before the first.</summary>
    internal JsonObject? BestVal { get; set; }

    /// <summary>Seconds of training so far.</summary>
    internal double Seconds { get; set; }

    /// <summary>What the epoch under way has added up.</summary>
    internal EpochRecord Record { get; set; } = new();

    /// <summary>By how much losses are scaled, in float16.</summary>
    internal LossScale LossScale { get; init; } = new();

    /// <summary>For <c>state.json</c>.</summary>
    internal JsonObject ToJson() => new()
    {
        ["format"] = "equipoise-checkpoint/1",
        ["epoch"] = Epoch,
        ["step"] = Step,
        ["best_epoch"] = BestEpoch,
        ["best_value"] = double.IsFinite(BestValue) ? BestValue : null,
        ["best_val"] = BestVal?.DeepClone(),
        ["seconds"] = Seconds,
        ["loss_scale"] = LossScale.ToJson(),
        ["record"] = new JsonObject(Record.Sums().Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
    };

    private static int Count(JsonNode? node) => node!.GetValue<int>() is >= 0 and var count ? count : throw new FormatException("a count below zero");

    /// <summary>From <c>state.json</c>.</summary>
    /// <param name="json">The whole file.</param>
    /// <param name="scale">What goes on from the scale that was saved; null for a new one.</param>
    internal static Progress FromJson(JsonObject json, LossScale? scale = null) => new()
    {
        Epoch = Count(json["epoch"]),
        Step = Count(json["step"]),
        BestEpoch = json["best_epoch"]!.GetValue<int>(),
        BestValue = json["best_value"]?.GetValue<double>() ?? double.NegativeInfinity,
        BestVal = json["best_val"]?.DeepClone().AsObject(),
        Seconds = json["seconds"]!.GetValue<double>(),
        LossScale = (scale ?? new LossScale()).GoOnFrom(json["loss_scale"] as JsonObject),
        Record = EpochRecord.FromSums(json["record"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<double>())),
    };
}
