using System.Text.Json.Nodes;
using Equipoise.Configuration;
using Equipoise.Data;
using Equipoise.Encoders;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>Several batches make one step, by the mean of their gradients.</summary>
public sealed class AccumulationTests
{
    [Theory]
    [InlineData(4, 4)] // 15 batches: the last group has three.
    [InlineData(8, 2)] // The last batch has four samples.
    public void NBatchesAreOneOfNTimesTheSize(int batch, int accumulate)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        Runs.Train(pack, folder["whole"], "joint", ("train.batch_size", "16"), ("train.clip_norm", "0.5"));
        Runs.Train(pack, folder["added"], "joint", ("train.batch_size", $"{batch}"), ("train.accumulate", $"{accumulate}"), ("train.clip_norm", "0.5"));
        AssertNear(Runs.Values(folder["whole"]), Runs.Values(folder["added"]), 1e-5);
        Assert.NotEqual(Runs.Weights(folder["whole"]), Runs.Weights(folder["added"]));
    }

    [Theory]
    [InlineData("ogm-ge")]
    [InlineData("qmf")]
    [InlineData("mmpareto")]
    public void AnInterruptionWaitsForTheEndOfTheGroupAndGoesOnBitForBit(string method)
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"], absent: true);
        (string, string)[] settings = [("train.batch_size", "8"), ("train.accumulate", "3")];
        Runs.Train(pack, folder["whole"], method, settings);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => Runs.Train(pack, folder["stopped"], method, new Runs.At(1, 4, stop.Cancel), stop.Token, settings));
        JsonNode state = JsonNode.Parse(File.ReadAllText(folder["stopped/checkpoints/last/state.json"]))!;
        Assert.Equal((1, 6), (state["epoch"]!.GetValue<int>(), state["step"]!.GetValue<int>()));
        Runs.Resume(folder["stopped"]);
        Assert.Equal(Runs.Weights(folder["whole"]), Runs.Weights(folder["stopped"]));
    }

    [Fact]
    public void ParametersMoveAtTheEndOfAGroupAlone()
    {
        using TensorScope scope = TensorScope.Begin();
        using MethodSet methods = new();
        using Generator noise = new(3);
        using MultimodalModel model = ModelBuilder.Build(new ModelSpec([new ModalitySpec("a", new EncoderSpec("mlp", initial => new Mlp(3, [2], initial)))], new FusionSpec("concat"), 2), false, noise);
        using Sgd sgd = new(model.NamedParameters(), 0.1);
        using TrainingStep step = new(model, methods, sgd, new LossFunction(), noise) { Accumulate = 2 };
        ModelInput batch = new(new Dictionary<string, Tensor> { ["a"] = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3) }, Tensor.From<long>([0, 1], 2));
        List<float[]> seen = [Weight()];
        for (int i = 0; i < 3; i++)
        {
            step.Run(batch, new StepPosition(0, i, 3), new EpochRecord());
            seen.Add(Weight());
        }
        Assert.Equal(seen[0], seen[1]);
        Assert.NotEqual(seen[1], seen[2]);
        Assert.NotEqual(seen[2], seen[3]); // The epoch ends.
        float[] Weight() => model.NamedParameters().First().Tensor.ToArray<float>();
    }

    [Fact]
    public void MlaIsRefused()
    {
        using TempFolder folder = new();
        string pack = SmallPack.Make(folder["pack"]);
        ProblemException error = Assert.Throws<ProblemException>(() => Runs.Resolve(pack, "mla", ("train.accumulate", "2")));
        Assert.Contains("train.accumulate: does not go with method mla, which steps several times in every batch; leave it out", error.Message, StringComparison.Ordinal);
    }

    private static void AssertNear(Dictionary<string, float[]> expected, Dictionary<string, float[]> found, double tolerance)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, pair => Assert.All(pair.Value.Zip(found[pair.Key]), values => Assert.Equal(values.First, values.Second, tolerance)));
    }
}
