using Equipoise.Training;

namespace Equipoise.Tests.Laws;

/// <summary>Saved in the middle of an epoch and loaded into another process's objects, training goes on bit for bit.</summary>
public sealed class StateLawTests
{
    public static TheoryData<string> Methods =>
    [
        .. Variants.All, "[{name: mmpareto}, {name: ogm-ge}, {name: relearn, every: 1}]", "[{name: qmf}, {name: ogm-ge}]",
        "{name: relearn, every: 1, reset_momentum: true, reset_buffers: true}", "{name: mla, ridge_decay: 0.1, fusion: fixed}",
    ];

    [Theory]
    [MemberData(nameof(Methods))]
    public void TrainingGoesOnFromACheckpointBitForBit(string block)
    {
        using TempFolder folder = new();
        foreach (TrialSpec spec in Variants.Trials(block))
            foreach (string optimizer in (string[])["sgd", "adam"])
            {
                TrialSpec moving = spec with { Absent = true, Optimizer = new(optimizer, optimizer == "sgd" ? 0.05 : 0.01, 0.9) };
                using Trial whole = new(moving), resumed = new(moving);
                whole.Step(0);
                whole.EndEpoch(1);
                whole.Step(1, epoch: 2);
                Checkpoint.Save(folder["state"], whole.Model, whole.Optimizer, whole.Methods, whole.Noise, new Progress().ToJson());
                Checkpoint.Load(folder["state"], resumed.Model, resumed.Optimizer, resumed.Methods, resumed.Noise);
                Assert.Equal(Rest(whole), Rest(resumed));
            }
    }

    private static string[] Rest(Trial trial)
    {
        trial.Step(2, epoch: 2);
        trial.EndEpoch(2);
        trial.Step(3, epoch: 3);
        float[] logits = trial.Predict(0);
        return [.. trial.Values().Append(new("logits", logits)).Select(pair => $"{pair.Key} {string.Join(' ', pair.Value.Select(BitConverter.SingleToInt32Bits))}")];
    }
}
