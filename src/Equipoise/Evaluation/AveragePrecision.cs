namespace Equipoise.Evaluation;

/// <summary>
/// How well scores rank the samples of a class before the others: <c>AP = Σ (R_n − R_{n−1}) · P_n</c> over the distinct
/// scores from the highest down, with precision P and recall R there (scikit-learn's <c>average_precision_score</c>).
/// </summary>
public static class AveragePrecision
{
    /// <summary>That of each class against all others; NaN for a class without samples.</summary>
    /// <param name="probabilities">For each sample a score per class.</param>
    /// <param name="labels">For each sample its class.</param>
    /// <param name="classes">The number of classes.</param>
    public static double[] PerClass(IReadOnlyList<float[]> probabilities, IReadOnlyList<int> labels, int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => Of([.. probabilities.Select(row => row[c])], [.. labels.Select(label => label == c)]))];

    /// <summary>The average precision of one class; NaN without samples of it.</summary>
    /// <param name="scores">For each sample its score; equal ones count at once.</param>
    /// <param name="relevant">For each sample whether it is of the class.</param>
    public static double Of(float[] scores, bool[] relevant)
    {
        int positives = relevant.Count(here => here), found = 0;
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        Array.Sort(scores.ToArray(), order);
        double area = 0;
        for (int left = order.Length; left > 0;)
        {
            float score = scores[order[left - 1]];
            int before = found;
            do found += relevant[order[--left]] ? 1 : 0;
            while (left > 0 && scores[order[left - 1]] == score);
            area += (found - before) * (found / (double)(order.Length - left));
        }
        return area / positives;
    }
}
