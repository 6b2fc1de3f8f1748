using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>How much of its time a training of two ResNet-18 waits for batches: what the run's own log says.</summary>
internal static class WaitingShare
{
    internal static IEnumerable<Row> Rows(string pack, string run)
    {
        var (config, opened) = new RunConfigReader().Override(data: pack, settings: [.. MediaEpoch.Settings, ("train.epochs", "2"), ("train.batch_size", "16")]).Resolve();
        using (config)
        using (opened)
        using (RunFolder folder = RunFolder.Begin(run, force: true))
        using (Trainer trainer = new(config, opened, folder)) trainer.Run();
        JsonNode[] epochs = [.. File.ReadLines(Path.Combine(run, "log.jsonl")).Select(line => JsonNode.Parse(line)!).Where(node => (string?)node["event"] == "epoch")];
        Directory.Delete(run, recursive: true);
        return epochs.Select(epoch => new Row(
            $"training of two ResNet-18 from the pack, epoch {(int)epoch["epoch"]!}: waiting for batches", string.Create(CultureInfo.InvariantCulture, $"{(double)epoch["waiting"]!:p2} of the time")));
    }
}
