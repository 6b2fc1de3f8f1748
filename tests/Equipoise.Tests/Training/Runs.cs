using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Starts runs as the command line does.</summary>
internal static class Runs
{
    internal static readonly string[] AllMethods = ["joint", "unimodal", "uniform", "ogm", "ogm-ge", "mla", "qmf", "mmpareto", "mgda", "relearn"];

    internal static RunResult Train(string pack, string folder, string method, params (string, string)[] settings) => Train(pack, folder, method, new Silent(), CancellationToken.None, settings);

    internal static RunResult Train(string pack, string folder, string method, ITrainingObserver observer, CancellationToken cancellation, params (string, string)[] settings)
    {
        using RunFolder run = RunFolder.Begin(folder);
        return Train(pack, run, method, settings, observer, cancellation);
    }

    /// <summary>Trains where an older run may be.</summary>
    internal static RunResult Replace(string pack, string folder, string method, params (string, string)[] settings)
    {
        using RunFolder run = RunFolder.Begin(folder, force: true);
        return Train(pack, run, method, settings, new Silent(), CancellationToken.None);
    }

    private static RunResult Train(string pack, RunFolder run, string method, (string, string)[] settings, ITrainingObserver observer, CancellationToken cancellation)
    {
        var (config, opened) = Resolve(pack, method, settings);
        using (config)
        using (opened)
        using (Trainer trainer = new(config, opened, run, observer, TimeProvider.System))
            return trainer.Run(cancellation);
    }

    internal static RunResult Resume(string folder)
    {
        using RunFolder run = RunFolder.Open(folder);
        var (config, pack) = new RunConfigReader(run.Config).Resolve();
        using (config)
        using (pack)
        using (Trainer trainer = new(config, pack, run, new Silent(), TimeProvider.System))
            return trainer.Resume(CancellationToken.None);
    }

    internal static (RunConfig Config, Pack Pack) Resolve(string pack, string method, params (string, string)[] settings) => new RunConfigReader(null)
        .Override(pack, method, [("train.epochs", "4"), ("train.batch_size", "16"), ("train.threads", "1"), ("train.optimizer.lr", "0.05"), .. Defaults(method), .. settings])
        .Resolve();

    internal static byte[] Weights(string folder, string checkpoint = "last") => File.ReadAllBytes(Path.Combine(folder, "checkpoints", checkpoint, "weights.safetensors"));

    /// <summary>The weights of a checkpoint by name.</summary>
    internal static Dictionary<string, float[]> Values(string folder, string checkpoint = "last")
    {
        using SafetensorsReader file = SafetensorsReader.Open(Path.Combine(folder, "checkpoints", checkpoint, "weights.safetensors"));
        return file.Names.ToDictionary(name => name, name => file.Read(name).As<float>().ToArray());
    }

    private static (string, string)[] Defaults(string method) => method switch
    {
        "unimodal" => [("method.modality", "visual")],
        "relearn" => [("method.every", "1"), ("method.times", "2")],
        _ => [],
    };

    internal class Silent : ITrainingObserver
    {
        public virtual void Stepped(int epoch, int step, int steps)
        {
        }

        public void EpochDone(EpochReport report)
        {
        }
    }

    /// <summary>Does something at every step.</summary>
    internal sealed class AtEvery(Action act) : Silent
    {
        public override void Stepped(int epoch, int step, int steps) => act();
    }

    /// <summary>Does something at one step.</summary>
    internal sealed class At(int epoch, int step, Action act) : Silent
    {
        public override void Stepped(int atEpoch, int atStep, int steps)
        {
            if (atEpoch == epoch && atStep == step) act();
        }
    }
}
