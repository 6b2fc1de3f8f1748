using System.Text.Json.Nodes;
using Equipoise.Data;
using Equipoise.Evaluation;
using Equipoise.Formats;

namespace Equipoise.Tests.Evaluation;

/// <summary>Scores are scikit-learn's, and what nobody defines is said.</summary>
public sealed class ScoreTests
{
    private const string Reference = """
        import sys, json, numpy, warnings
        from sklearn.metrics import accuracy_score, average_precision_score, confusion_matrix, f1_score, log_loss, precision_recall_fscore_support
        warnings.simplefilter('ignore')
        data = numpy.load(sys.argv[1])
        p, y, classes = data['p'].astype('float64'), data['y'], list(range(data['p'].shape[1]))
        guess, top = p.argmax(1), p.max(1)
        ap = [average_precision_score(y == c, p[:, c]) if (y == c).any() else None for c in classes]
        ece, edges = 0.0, numpy.arange(16) / 15
        for low, high in zip(edges[:-1], edges[1:]):
            inside = (top > low) & (top <= high)
            if inside.any(): ece += inside.mean() * abs((guess == y)[inside].mean() - top[inside].mean())
        precision, recall, f1, n = precision_recall_fscore_support(y, guess, labels=classes, zero_division=0)
        print(json.dumps({
            'accuracy': accuracy_score(y, guess),
            'loss': log_loss(y, p / p.sum(1, keepdims=True), labels=classes, eps=1e-30),
            'macro_f1': f1_score(y, guess, labels=classes, average='macro', zero_division=0),
            'weighted_f1': f1_score(y, guess, labels=classes, average='weighted', zero_division=0),
            'mean_average_precision': numpy.mean([a for a in ap if a is not None]), 'ece': ece,
            'confusion': confusion_matrix(y, guess, labels=classes).tolist(),
            'per_class': [{'n': int(n[c]), 'precision': precision[c], 'recall': recall[c], 'f1': f1[c], 'average_precision': ap[c]} for c in classes]}))
        """;

    [Theory]
    [InlineData(2, 40, 1.0, 0, false)]
    [InlineData(3, 200, 3.0, 0, false)]
    [InlineData(7, 500, 0.3, 0, false)]
    [InlineData(5, 60, 2.0, 2, false)]
    [InlineData(4, 300, 2.0, 1, true)]
    [InlineData(10, 30, 8.0, 4, true)]
    public void AllFiguresAreThoseOfScikitLearn(int classes, int samples, double sharpness, int absentClasses, bool ties)
    {
        var (probabilities, labels) = Random(classes, samples, sharpness, absentClasses, ties);
        using TempFolder folder = new();
        Npz.Write(folder["scores.npz"], new Dictionary<string, NdArray>
        {
            ["p"] = NdArray.From<float>(probabilities.SelectMany(row => row).ToArray(), samples, classes),
            ["y"] = NdArray.From<long>(labels, samples),
        });
        JsonObject expected = JsonNode.Parse(PythonOracle.Run(Reference, folder["scores.npz"]))!.AsObject();
        JsonObject found = JsonNode.Parse(Score(probabilities, labels, classes).ToDetailedJson([.. Enumerable.Range(0, classes).Select(c => $"{c}")]).ToJsonString())!.AsObject();
        foreach (string key in (string[])["accuracy", "loss", "macro_f1", "weighted_f1", "mean_average_precision", "ece"])
            Assert.Equal(expected[key]!.GetValue<double>(), found[key]!.GetValue<double>(), key == "loss" ? 1e-5 : 1e-9);
        Assert.Equal(expected["confusion"]!.ToJsonString(), found["confusion"]!.ToJsonString());
        Assert.Equal(expected["confusion"]!.ToJsonString(), found["modalities"]!["m"]!["confusion"]!.ToJsonString());
        Assert.Equal(expected["macro_f1"]!.GetValue<double>(), found["modalities"]!["m"]!["macro_f1"]!.GetValue<double>(), 1e-9);
        for (int c = 0; c < classes; c++)
            foreach (string key in (string[])["n", "precision", "recall", "f1", "average_precision"])
                Assert.Equal(Value(expected, c, key), Value(found, c, key), 1e-9);
    }

    [Fact]
    public void TheMacroMeanIsOverAllClassesOfThePack()
    {
        int[] guess = [0, 1, 1, 1, 2, 0];
        Scores scores = Score([.. guess.Select(c => Enumerable.Range(0, 4).Select(k => k == c ? 1f : 0f).ToArray())], [0, 0, 1, 1, 2, 2], 4);
        Assert.Equal(0.666667, scores.Accuracy, 6);
        Assert.Equal(0.491667, scores.MacroF1, 6);
        Assert.Equal(0.655556, scores.Confusion.WeightedF1, 6);
        Assert.True(double.IsNaN(scores.AveragePrecisions[3]));
        Assert.Equal(1 / 3.0, scores.CalibrationError, 12);
    }

    [Fact]
    public void EqualProbabilitiesAreTakenForTheFirstClassAndRankedAtOnce()
    {
        Scores scores = Score([.. Enumerable.Range(0, 6).Select(_ => (float[])[0.5f, 0.5f])], [0, 1, 1, 1, 1, 1], 2);
        Assert.Equal([6, 0], scores.Confusion.Counts.Select((_, k) => scores.Confusion.Counts.Sum(row => row[k])));
        Assert.Equal([1 / 6.0, 5 / 6.0], scores.AveragePrecisions);
        Assert.Equal(1 / 3.0, scores.CalibrationError, 12);
    }

    [Fact]
    public void WithoutSamplesNothingIsClaimed()
    {
        JsonObject json = Score([], [], 3).ToJson();
        Assert.Equal(0, json["n"]!.GetValue<int>());
        Assert.Null(json["weighted_f1"]);
        Assert.Null(json["mean_average_precision"]);
        Assert.Null(json["ece"]);
        Assert.Null(json["modalities"]!["m"]!["accuracy"]);
    }

    [Fact]
    public void AModalityIsScoredOverTheSamplesThatHaveIt()
    {
        ScoreSheet sheet = new(2, ["m"]);
        float[] zero = [0.9f, 0.1f], one = [0.2f, 0.8f];
        sheet.Add(new BatchPrediction([0, 1, 2], [zero, one, one], new Dictionary<string, float[]?[]> { ["m"] = [null, zero, one] }, null), [0, 1, 1]);
        Scores scores = sheet.Total("head");
        Assert.Equal(1, scores.Accuracy);
        Assert.Equal((2, 0.5), (scores.Modalities["m"].Total, scores.Modalities["m"].Accuracy));
    }

    private static Scores Score(float[][] probabilities, long[] labels, int classes)
    {
        ScoreSheet sheet = new(classes, ["m"]);
        foreach (int[] batch in Enumerable.Range(0, labels.Length).Chunk(16))
        {
            float[][] rows = [.. batch.Select(i => probabilities[i])];
            sheet.Add(new BatchPrediction(batch, rows, new Dictionary<string, float[]?[]> { ["m"] = rows }, null), labels);
        }
        return sheet.Total("attribution");
    }

    /// <summary>Probabilities that lean towards the label; with ties they take few values.</summary>
    private static (float[][] Probabilities, long[] Labels) Random(int classes, int samples, double sharpness, int absentClasses, bool ties)
    {
        SeededRandom random = new((ulong)(classes * 1000 + samples));
        long[] labels = [.. Enumerable.Range(0, samples).Select(_ => (long)random.Next(classes - absentClasses))];
        float[][] rows = [.. labels.Select(label =>
        {
            double[] z = [.. Enumerable.Range(0, classes).Select(c => sharpness * (random.NextGaussian() + (c == label ? 1 : 0)))];
            if (ties) z = [.. z.Select(value => Math.Round(value))];
            double total = z.Sum(Math.Exp);
            return z.Select(value => (float)(Math.Exp(value) / total)).ToArray();
        })];
        return (rows, labels);
    }

    private static double Value(JsonObject scores, int c, string key) => scores["per_class"]![c]![key]?.GetValue<double>() ?? -1;
}
