using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Formats;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>A finished run predicts samples in memory, from any thread, with or without its pack.</summary>
public sealed class TrainedRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mla")]
    [InlineData("qmf")]
    [InlineData("ogm")]
    public void ManyThreadsPredictWhatOneDoes(string method)
    {
        Runs.Train(SmallPack.Make(_folder["pack"]), _folder["run"], method, ("train.epochs", "1"));
        long live = TensorDiagnostics.Live;
        using (TrainedRun run = TrainedRun.Open(_folder["run"]))
        {
            SamplePrediction[] alone = [.. Enumerable.Range(0, 40).Select(i => run.Predict(Samples(i))[0])];
            SamplePrediction[] together = new SamplePrediction[alone.Length];
            Thread[] threads = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
            {
                for (int i = t; i < together.Length; i += 8) together[i] = run.Predict(Samples(i))[0];
            }))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
            Assert.Equal(alone.Select(Text), together.Select(Text));
            Assert.Equal(40, alone.Select(Text).Distinct().Count());
        }
        Assert.Equal(live, TensorDiagnostics.Live);
    }

    [Fact]
    public void SamplesInMemoryArePredictedLikeThoseOfAPack()
    {
        Runs.Train(SmallPack.Make(_folder["pack"], absent: true), _folder["run"], "mla", ("train.epochs", "1"));
        using TrainedRun run = TrainedRun.Open(_folder["run"]);
        PackSplit test = run.Pack.Split("test");
        Dictionary<string, NdArray> arrays = [];
        foreach (string modality in run.Model.Modalities)
        {
            byte[] rows = new byte[test.Count * 24];
            for (int i = 0; i < test.Count; i++) test.ReadRow(modality, i, rows.AsSpan(i * 24, 24));
            arrays[modality] = new NdArray(ElementType.Float32, [test.Count, 6], rows);
            if (test.Present(modality) is { } present) arrays[$"{modality}.present"] = NdArray.From<bool>(present, test.Count);
        }
        float[][] fromPack = [.. run.Evaluator.Predict(test).SelectMany(batch => batch.Probabilities)];
        Assert.Equal(fromPack, run.Predict(arrays).Select(prediction => prediction.Probabilities.ToArray()));
    }

    [Fact]
    public void ItGoesOnPredictingWhenItsPackIsGone()
    {
        Runs.Train(SmallPack.Make(_folder["pack"]), _folder["run"], "joint", ("train.epochs", "1"));
        string before, pack = _folder["pack"];
        using (TrainedRun run = TrainedRun.Open(_folder["run"])) before = Text(run.Predict(Samples(1))[0]);
        Directory.Delete(pack, recursive: true);
        using (TrainedRun run = TrainedRun.Open(_folder["run"]))
        {
            Assert.Equal(before, Text(run.Predict(Samples(1))[0]));
            Assert.False(run.OtherPack);
            ProblemException error = Assert.Throws<ProblemException>(() => run.Pack.Split("test"));
            Assert.Equal($"{pack}: is not there, so there is no test; give the pack with --data", error.Message);
        }
        Assert.Throws<InvalidFileException>(() => TrainedRun.Open(_folder["run"], _folder["elsewhere"]));
    }

    [Fact]
    public void EveryProblemOfTheSamplesIsTold()
    {
        Runs.Train(SmallPack.Make(_folder["pack"]), _folder["run"], "joint", ("train.epochs", "1"));
        using TrainedRun run = TrainedRun.Open(_folder["run"]);
        ProblemException error = Assert.Throws<ProblemException>(() => run.Predict(new Dictionary<string, NdArray>
        {
            ["audio"] = NdArray.From<float>(new float[10], 2, 5),
            ["vizual"] = NdArray.From<float>(new float[12], 2, 6),
            ["visual.present"] = NdArray.From<bool>(new bool[1], 1),
        }));
        Assert.Contains("samples: have audio as Float32 [2, 5]; give Float32 [2, 6]", error.Message, StringComparison.Ordinal);
        Assert.Contains("samples: have an array named vizual, which is no modality; did you mean visual?", error.Message, StringComparison.Ordinal);
        Assert.Contains("samples: have visual.present as Bool [1]; give Bool [2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("have no modality", Assert.Throws<ProblemException>(() => run.Predict(new Dictionary<string, NdArray>())).Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, NdArray> Samples(int seed)
    {
        SeededRandom random = new((ulong)seed);
        float[] Values() => [.. Enumerable.Range(0, 6).Select(_ => (float)random.NextGaussian())];
        Dictionary<string, NdArray> samples = new() { ["audio"] = NdArray.From<float>(Values(), 1, 6) };
        if (seed % 3 > 0) samples["visual"] = NdArray.From<float>(Values(), 1, 6);
        return samples;
    }

    private static string Text(SamplePrediction prediction) =>
        $"{prediction.Class} {string.Join(' ', prediction.Probabilities)} {string.Join(' ', prediction.Weights?.Values ?? [])} {string.Join(' ', prediction.Unimodal["audio"]!)} {string.Join(' ', prediction.Unimodal["visual"] ?? [])}";
}
