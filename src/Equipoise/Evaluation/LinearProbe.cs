using Equipoise.Data;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Evaluation;

/// <summary>
/// A fresh linear classifier on frozen features: what an encoder has learnt, whatever the joint head makes of it. Logistic
/// regression on standardised features, trained on train alone with Adam over the whole set.
/// </summary>
public static class LinearProbe
{
    private const int Rounds = 300;

    /// <summary>The accuracy of the probe on <paramref name="test"/>.</summary>
    /// <param name="train">Features and labels to learn from.</param>
    /// <param name="test">Features and labels to score.</param>
    /// <param name="classes">The number of classes.</param>
    public static double Accuracy((float[][] Rows, long[] Labels) train, (float[][] Rows, long[] Labels) test, int classes)
    {
        if (train.Rows.Length == 0 || test.Rows.Length == 0) return double.NaN;
        using TensorScope scope = TensorScope.Begin();
        using Generator generator = new(SeedStream.Derive(0, "probe"));
        Tensor features = Matrix(train.Rows);
        Tensor mean = features.Mean([0], keep: true), std = ((features - mean) * (features - mean)).Mean([0], keep: true).Sqrt().ClampMin(1e-6);
        using Linear head = new(train.Rows[0].Length, classes, generator);
        using Adam adam = new(head.NamedParameters(), learningRate: 0.02, weightDecay: 1e-4);
        Learn(head, adam, (features - mean) / std, Tensor.From(train.Labels, train.Labels.Length));
        using GradMode off = GradMode.Off();
        long[] guesses = head.Forward((Matrix(test.Rows) - mean) / std).ArgMax(1).ToArray<long>();
        return guesses.Zip(test.Labels).Count(pair => pair.First == pair.Second) / (double)guesses.Length;
    }

    private static void Learn(Linear head, Adam adam, Tensor features, Tensor labels)
    {
        LossFunction loss = new();
        for (int round = 0; round < Rounds; round++)
        {
            using TensorScope step = TensorScope.Begin();
            Autograd.Backward(loss.Mean(head.Forward(features), labels));
            adam.Step();
            adam.ClearGradients();
        }
    }

    private static Tensor Matrix(float[][] rows) => Tensor.From(rows.SelectMany(row => row).ToArray(), rows.Length, rows[0].Length);
}
