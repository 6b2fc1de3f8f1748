using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Samples;

/// <summary>Training from arrays that never were in a file, and predicting others.</summary>
public static class ArraysInMemory
{
    /// <summary>Trains and returns what came of it; the run stays in the folder.</summary>
    /// <param name="folder">The run's folder, new.</param>
    /// <param name="method">The method.</param>
    /// <param name="plugins">The program's own methods, encoders and fusions.</param>
    /// <param name="settings">What else a configuration would say.</param>
    public static RunResult Train(string folder, string method = "mmpareto", Plugins? plugins = null, params (string Key, string Value)[] settings)
    {
        #region ArraysInMemory
        Dictionary<string, NdArray> train = MadeUpData.Arrays(150, seed: 1), test = MadeUpData.Arrays(60, seed: 2);
        using Pack pack = Pack.InMemory("made up", MadeUpData.Classes, train, test);
        using RunConfig config = new RunConfigReader(plugins: plugins)
            .Override(method: method, settings: [("train.epochs", "8"), ("train.batch_size", "16"), ("train.optimizer.lr", "0.02"), .. settings])
            .Resolve(pack);
        using RunFolder run = RunFolder.Begin(folder);
        using Trainer trainer = new(config, pack, run);
        return trainer.Run();
        #endregion
    }

    /// <summary>Predicts two samples, of which the second has no picture.</summary>
    public static IReadOnlyList<SamplePrediction> Predict(string folder)
    {
        #region Predict
        using TrainedRun run = TrainedRun.Open(folder);
        Dictionary<string, NdArray> samples = MadeUpData.Arrays(2, seed: 3);
        return run.Predict(new Dictionary<string, NdArray>
        {
            ["sound"] = samples["sound"],
            ["picture"] = samples["picture"],
            ["picture.present"] = NdArray.From<bool>([true, false], 2),
        });
        #endregion
    }
}
