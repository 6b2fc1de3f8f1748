using Equipoise.Data;
using Equipoise.Formats;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Texts, sequences and features train with every method, with modalities absent, and go on bit for bit though something is dropped.</summary>
public sealed class EncoderRunTests : IDisposable
{
    private const string Dropping = """
        {words: {encoder: {type: text, width: 16, depth: 2, dropout: 0.2, drop_path: 0.3, checkpoint: true, vocabulary: 12}}, steps: {encoder: {type: gru, width: 16, layers: 2, dropout: 0.3}}}
        """;

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Methods => [.. Runs.AllMethods];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public void OfFeaturesTheHeadsAloneLearn(string method)
    {
        string pack = SmallPack.Make(_folder["pack"], absent: true);
        RunResult result = Runs.Train(pack, _folder["run"], method, ("model.modalities", "{audio: {encoder: {type: features}}, visual: {encoder: {type: features}}}"), ("train.epochs", "8"));
        Assert.True(result.Test.Accuracy > 0.5, $"{method}: {result.Test.Accuracy}");
        using SafetensorsReader weights = SafetensorsReader.Open(_folder["run/checkpoints/last/weights.safetensors"]);
        Assert.DoesNotContain(weights.Names, name => name.StartsWith("encoders.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ogm-ge")]
    [InlineData("mla")]
    [InlineData("mmpareto")]
    public void ARunThatDropsGoesOnBitForBitFromTheMiddleOfAnEpoch(string method)
    {
        string pack = Sequences();
        Runs.Train(pack, _folder["whole"], method, ("model.modalities", Dropping));
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => Runs.Train(pack, _folder["cut"], method, new Runs.At(2, 2, stop.Cancel), stop.Token, ("model.modalities", Dropping)));
        Runs.Resume(_folder["cut"]);
        Assert.Equal(Runs.Weights(_folder["whole"]), Runs.Weights(_folder["cut"]));
    }

    [Fact]
    public void WhatIsLeftOpenIsChosenByKindAndLearns()
    {
        RunResult result = Runs.Train(Sequences(), _folder["run"], "joint", ("model.modalities", "{words: {encoder: {vocabulary: 12}}, steps: {}}"), ("train.epochs", "12"), ("train.optimizer", "{type: adam, lr: 0.003}"));
        Assert.True(result.Test.Accuracy > 0.6, $"{result.Test.Accuracy}");
        string config = File.ReadAllText(_folder["run/config.yaml"]);
        Assert.Contains("type: text", config, StringComparison.Ordinal);
        Assert.Contains("type: gru", config, StringComparison.Ordinal);
    }

    [Fact]
    public void UnequalWidthsAreRefusedBySharedFusionOrProjected()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        (string, string) modalities = ("model.modalities", "{audio: {encoder: {type: mlp, widths: [8]}}, visual: {encoder: {type: mlp, widths: [5]}}}");
        ProblemException refused = Assert.Throws<ProblemException>(() => Runs.Train(pack, _folder["refused"], "mla", modalities));
        Assert.Contains("audio has 8 and visual 5: give encoders of one width, or set model.fusion.projection", refused.Message, StringComparison.Ordinal);
        RunResult result = Runs.Train(pack, _folder["run"], "mla", modalities, ("model.fusion.projection", "6"), ("train.epochs", "8"));
        Assert.True(result.Test.Accuracy > 0.5, $"{result.Test.Accuracy}");
        using SafetensorsReader weights = SafetensorsReader.Open(_folder["run/checkpoints/last/weights.safetensors"]);
        Assert.Equal([6, 5], weights.Read("projections.visual.weight").Shape);
        Assert.Equal([3, 6], weights.Read("fusion.head.weight").Shape);
        using TrainedRun run = TrainedRun.Open(_folder["run"]);
        Assert.Equal(result.Test.Accuracy, run.Evaluator.Score(run.Pack.Split("test")).Accuracy);
    }

    private string Sequences()
    {
        SeededRandom random = new(5);
        foreach (var (split, count) in new[] { ("train", 90), ("val", 30), ("test", 60) }) Npz.Write(_folder[$"{split}.npz"], Arrays(count, random));
        Dictionary<string, string> files = ((string[])["train", "val", "test"]).ToDictionary(split => split, split => _folder[$"{split}.npz"]);
        ArrayImporter.Import(files, [("words", "text"), ("steps", "sequence")], _folder["sequences"]);
        return _folder["sequences"];
    }

    /// <summary>Words and steps of different lengths; which words occur and how high the steps are tells the class, and some samples lack one of the two.</summary>
    private static Dictionary<string, NdArray> Arrays(int count, SeededRandom random)
    {
        int[] words = [.. Enumerable.Range(0, count).Select(_ => 2 + random.Next(5))], steps = [.. Enumerable.Range(0, count).Select(_ => 2 + random.Next(7))];
        return new()
        {
            ["label"] = NdArray.From<long>([.. Enumerable.Range(0, count).Select(i => (long)i % 3)], count),
            ["words"] = NdArray.From<long>([.. Enumerable.Range(0, count * 6).Select(i => i % 6 >= words[i / 6] ? 0L : random.Next(3) == 0 ? 1 + random.Next(11) : 1 + i / 6 % 3 * 3 + random.Next(3))], count, 6),
            ["words.mask"] = NdArray.From<bool>([.. Enumerable.Range(0, count * 6).Select(i => i % 6 >= words[i / 6])], count, 6),
            ["words.present"] = NdArray.From<bool>([.. Enumerable.Range(0, count).Select(i => i % 10 != 4)], count),
            ["steps"] = NdArray.From<float>([.. Enumerable.Range(0, count * 16).Select(i => i % 16 / 2 < steps[i / 16] ? (float)(i / 16 % 3 + random.NextGaussian()) : 99)], count, 8, 2),
            ["steps.length"] = NdArray.From<long>([.. steps.Select(length => (long)length)], count),
            ["steps.present"] = NdArray.From<bool>([.. Enumerable.Range(0, count).Select(i => i % 10 != 9)], count),
        };
    }
}
