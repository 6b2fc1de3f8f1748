using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Training;

namespace Equipoise.Samples.Tests;

/// <summary>A method of one's own is trained, logged and resumed like the others.</summary>
public sealed class OwnMethodTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ItLearnsAndLogsHowFarEachModalityIs()
    {
        RunResult result = OwnMethod.Train(_folder["run"]);
        Assert.Equal("laggard", result.Method);
        Assert.InRange(result.Test.Accuracy, 0.8, 1);
        Assert.Equal("head", result.Test.ScoredBy);
        JsonNode figures = File.ReadLines(_folder["run/log.jsonl"]).Select(line => JsonNode.Parse(line)!).Last(line => line["event"]!.GetValue<string>() == "epoch")["figures"]!;
        Assert.True(figures["standing.sound"]!.GetValue<double>() > figures["standing.picture"]!.GetValue<double>());
    }

    [Fact]
    public void WhatItRemembersIsPartOfACheckpoint()
    {
        Train("whole", stopAfter: null);
        Assert.Throws<OperationCanceledException>(() => Train("cut", stopAfter: 7));
        using (Pack pack = MakePack())
        using (RunFolder run = RunFolder.Open(_folder["cut"]))
        using (RunConfig config = new RunConfigReader(run.Config, OwnMethod.Plugin).Resolve(pack))
        using (Trainer trainer = new(config, pack, run))
            trainer.Resume(TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(_folder["whole/checkpoints/last/weights.safetensors"]), File.ReadAllBytes(_folder["cut/checkpoints/last/weights.safetensors"]));
    }

    private void Train(string name, int? stopAfter)
    {
        using CancellationTokenSource stop = new();
        using Pack pack = MakePack();
        using RunConfig config = new RunConfigReader(plugins: OwnMethod.Plugin).Override(method: "laggard", settings: [("method.memory", "0.8"), ("train.epochs", "3"), ("train.batch_size", "16"), ("train.threads", "1")]).Resolve(pack);
        using RunFolder run = RunFolder.Begin(_folder[name]);
        using Trainer trainer = new(config, pack, run, new StopAt(stopAfter, stop));
        trainer.Run(stop.Token);
    }

    private static Pack MakePack() => Pack.InMemory("made up", MadeUpData.Classes, MadeUpData.Arrays(90, 1), MadeUpData.Arrays(30, 2));

    private sealed class StopAt(int? step, CancellationTokenSource stop) : ITrainingObserver
    {
        private int _steps;

        public void Stepped(int epoch, int stepOfEpoch, int steps)
        {
            if (++_steps == step) stop.Cancel();
        }
    }
}
