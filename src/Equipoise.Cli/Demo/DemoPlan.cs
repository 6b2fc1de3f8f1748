using Equipoise.Bench;

namespace Equipoise.Cli.Demo;

/// <summary>What the demo trains: each modality alone, plain joint training, and the four papers' methods, all alike otherwise.</summary>
internal static class DemoPlan
{
    internal const double LearningRate = 0.02;

    internal static BenchGrid Grid(string pack, int seed, int epochs) => new("talking digits", [new BenchPack("talking digits", pack, null, [],
    [
        Row("audio alone", "unimodal", epochs, ("method.modality", "audio")),
        Row("visual alone", "unimodal", epochs, ("method.modality", "visual")),
        Row("joint", "joint", epochs),
        Row("ogm-ge", "ogm-ge", epochs),
        Row("mla", "mla", epochs),
        Row("mmpareto", "mmpareto", epochs),
        Row("relearn", "relearn", epochs, ("method.every", "8")),
    ])], [seed]);

    private static BenchRow Row(string name, string method, int epochs, params (string, string)[] settings) => new(name, method,
    [
        ("train.epochs", $"{epochs}"), ("train.batch_size", "32"), ("train.schedule.type", "constant"),
        ("train.optimizer", FormattableString.Invariant($"{{type: sgd, lr: {LearningRate}, momentum: 0.9, weight_decay: 0.0001}}")), .. settings,
    ]);
}
