namespace Equipoise.Evaluation;

/// <summary>Whether a model is as often right as it says.</summary>
public static class Calibration
{
    /// <summary>Bins of equal width between 0 and 1, as in Guo et al., ICML 2017.</summary>
    public const int Bins = 15;

    /// <summary>
    /// The expected calibration error: samples go into 15 bins <c>(b/15, (b+1)/15]</c> by their highest probability; the mean, over
    /// samples, of the distance between their bin's accuracy and its mean highest probability. 0 to 1; NaN without samples.
    /// </summary>
    /// <param name="probabilities">For each sample a probability per class.</param>
    /// <param name="labels">For each sample its class.</param>
    public static double Error(IReadOnlyList<float[]> probabilities, IReadOnlyList<int> labels)
    {
        double[] surplus = new double[Bins];
        for (int i = 0; i < labels.Count; i++)
        {
            double top = probabilities[i].Max();
            int bin = double.IsNaN(top) ? 0 : Math.Clamp((int)Math.Ceiling(top * Bins) - 1, 0, Bins - 1);
            surplus[bin] += (Array.IndexOf(probabilities[i], (float)top) == labels[i] ? 1 : 0) - top;
        }
        return labels.Count == 0 ? double.NaN : surplus.Sum(Math.Abs) / labels.Count;
    }
}
