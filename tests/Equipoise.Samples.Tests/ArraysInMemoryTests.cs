using Equipoise.Evaluation;
using Equipoise.Training;

namespace Equipoise.Samples.Tests;

/// <summary>Arrays go in, a run comes out, and it predicts other arrays without the first.</summary>
public sealed class ArraysInMemoryTests
{
    [Fact]
    public void ARunTrainedFromArraysPredictsOthers()
    {
        using TempFolder folder = new();
        RunResult result = ArraysInMemory.Train(folder["run"]);
        Assert.Equal("mmpareto", result.Method);
        Assert.InRange(result.Test.Accuracy, 0.85, 1);
        IReadOnlyList<SamplePrediction> predictions = ArraysInMemory.Predict(folder["run"]);
        Assert.Equal(2, predictions.Count);
        Assert.All(predictions, prediction => Assert.Equal(1, prediction.Probabilities.Sum(), 4));
        Assert.NotNull(predictions[0].Unimodal["picture"]);
        Assert.Null(predictions[1].Unimodal["picture"]);
    }
}
