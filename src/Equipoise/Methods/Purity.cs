namespace Equipoise.Methods;

/// <summary>How well clusters of features agree with the classes (Diagnosing &amp; Re-learning, eq. 2), and the strength that follows.</summary>
public static class Purity
{
    /// <summary><c>P = (1/N) Σ_clusters max_class |cluster ∩ class|</c>, between the largest class's share and 1.</summary>
    public static double Of(ReadOnlySpan<int> clusters, ReadOnlySpan<long> labels)
    {
        Dictionary<(int Cluster, long Label), int> counts = [];
        for (int i = 0; i < clusters.Length; i++)
            counts[(clusters[i], labels[i])] = counts.GetValueOrDefault((clusters[i], labels[i])) + 1;
        return counts.GroupBy(pair => pair.Key.Cluster).Sum(cluster => cluster.Max(pair => pair.Value)) / (double)clusters.Length;
    }

    /// <summary>Every dimension scaled to [−1, 1] over the rows; a constant one becomes −1 throughout.</summary>
    public static float[][] Scale(float[][] rows)
    {
        float[][] scaled = [.. rows.Select(row => new float[row.Length])];
        for (int d = 0; rows.Length > 0 && d < rows[0].Length; d++)
        {
            float min = rows.Min(row => row[d]), range = rows.Max(row => row[d]) - min;
            for (int i = 0; i < rows.Length; i++) scaled[i][d] = range > 0 ? 2 * (rows[i][d] - min) / range - 1 : -1;
        }
        return scaled;
    }

    /// <summary>How far an encoder goes back to its start: <c>tanh(λ·|P_train − P_val|)</c> (eq. 4 and 5).</summary>
    public static double Strength(double train, double val, double lambda) => Math.Tanh(lambda * Math.Abs(train - val));
}
