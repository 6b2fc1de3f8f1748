using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Training;

namespace Equipoise.Benchmarks;

/// <summary>How much of its time a training of two ResNet-18 waits for batches: what the run's own log says.</summary>
internal static class WaitingShare
{
    internal static void Measure(TextWriter output, string pack, string run, (string, string)[] settings)
    {
        var (config, opened) = new RunConfigReader().Override(data: pack, settings: [.. settings, ("train.epochs", "2"), ("train.batch_size", "16")]).Resolve();
        using (config)
        using (opened)
        using (RunFolder folder = RunFolder.Begin(run, force: true))
        using (Trainer trainer = new(config, opened, folder)) trainer.Run();
        JsonNode[] epochs = [.. File.ReadLines(Path.Combine(run, "log.jsonl")).Select(line => JsonNode.Parse(line)!).Where(node => (string?)node["event"] == "epoch")];
        Tables.Rows(output, ["training of two ResNet-18, batch 16", "samples per second", "share of the time spent waiting for batches"],
            epochs.Select(epoch => (string[])[$"epoch {(int)epoch["epoch"]!}", Tables.Number((double)epoch["samples_per_second"]!), ((double)epoch["waiting"]!).ToString("p2", CultureInfo.InvariantCulture)]));
        Directory.Delete(run, recursive: true);
    }
}
