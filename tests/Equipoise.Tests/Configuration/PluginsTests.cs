using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Tests.Training;
using Equipoise.Training;

namespace Equipoise.Tests.Configuration;

/// <summary>A program's own methods, encoders and fusions are named in configurations like those that are there.</summary>
public sealed class PluginsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Plugins _plugins = new()
    {
        Methods = { ["mine"] = map => new Half(map.Number("factor", 0.5, min: 0, max: 1)) },
        Encoders = { ["wide"] = (map, modality) => MakeWide(modality.Elements, map.Integer("width", 8, min: 1)) },
        Fusions = { ["double"] = _ => (features, classes, generator) => new ConcatFusion(features, classes, generator) },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARunIsTrainedResumedAndOpenedWithThem()
    {
        RunResult result = Train("run", epochs: 3);
        Assert.Equal("mine", result.Method);
        Train("other", epochs: 2);
        using (RunFolder folder = RunFolder.Open(_folder["other"]))
        {
            var (config, pack) = new RunConfigReader(folder.Config, _plugins).Override(null, null, [("train.epochs", "3")]).Resolve();
            using (config)
            using (pack)
            using (Trainer trainer = new(config, pack, folder))
                trainer.Resume(CancellationToken.None);
        }
        Assert.Equal(Runs.Weights(_folder["run"]), Runs.Weights(_folder["other"]));
        using TrainedRun run = TrainedRun.Open(_folder["run"], plugins: _plugins);
        Assert.Equal(result.Test.Accuracy, run.Evaluator.Score(run.Pack.Split("test")).Accuracy);
        Assert.Contains("factor: 0.25", File.ReadAllText(Path.Combine(_folder["run"], "config.yaml")), StringComparison.Ordinal);
        Assert.Contains("mine", Assert.Throws<ProblemException>(() => TrainedRun.Open(_folder["run"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheirSettingsAreCheckedLikeAllOthers()
    {
        ProblemException error = Assert.Throws<ProblemException>(() => Resolve(("method", "{name: mine, factor: 2, facter: 1}"), ("model.fusion", "{type: duble}")));
        Assert.Contains("method.factor: is '2'", error.Message, StringComparison.Ordinal);
        Assert.Contains("method.facter: is an unknown key", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean double", error.Message, StringComparison.Ordinal);
        Assert.Contains("did you mean mine", Assert.Throws<ProblemException>(() => Resolve(("method", "{name: mien}"))).Message, StringComparison.Ordinal);
    }

    private RunResult Train(string name, int epochs)
    {
        var (config, pack) = Resolve(
            ("train.epochs", $"{epochs}"), ("train.threads", "1"), ("method", "{name: mine, factor: 0.25}"), ("model.fusion", "{type: double}"),
            ("model.modalities", "{audio: {encoder: {type: wide, width: 5}}, visual: {encoder: {type: wide}}}"));
        using (config)
        using (pack)
        using (RunFolder folder = RunFolder.Begin(_folder[name]))
        using (Trainer trainer = new(config, pack, folder))
            return trainer.Run(CancellationToken.None);
    }

    private (RunConfig Config, Pack Pack) Resolve(params (string, string)[] settings)
    {
        if (!Directory.Exists(_folder["pack"])) SmallPack.Make(_folder["pack"]);
        return new RunConfigReader(null, _plugins).Override(_folder["pack"], null, settings).Resolve();
    }

    private static MakeEncoder MakeWide(long inputs, int width) => generator => new Mlp(inputs, [width], generator);

    /// <summary>Halves, or so, every encoder's gradient.</summary>
    private sealed class Half(double factor) : BalancingMethod
    {
        public override MethodInfo Info { get; } = new() { Name = "mine", Summary = "scales", Paper = "none", Category = "gradient" };

        public override void AfterBackward(StepContext step)
        {
            foreach (string modality in step.Model.Modalities) GradientModulation.Apply(step.Model.EncoderParameters(modality), factor);
        }
    }
}
