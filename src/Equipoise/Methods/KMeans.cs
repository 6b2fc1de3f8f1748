using Equipoise.Data;

namespace Equipoise.Methods;

/// <summary>Lloyd's k-means with k-means++ starts; own code because no library at hand is seeded and free of dependencies.</summary>
public static class KMeans
{
    private const int MaximumRounds = 300;

    /// <summary>The cluster of each row: the best of several seeded starts.</summary>
    /// <param name="rows">The points, all of one length.</param>
    /// <param name="clusters">How many clusters, at least 1; fewer rows than that give one cluster each.</param>
    /// <param name="restarts">How many starts.</param>
    /// <param name="random">The source of randomness.</param>
    public static int[] Assign(float[][] rows, int clusters, int restarts, SeededRandom random)
    {
        int[] best = [];
        double bestCost = double.PositiveInfinity;
        for (int start = 0; start < restarts; start++)
        {
            var (assignment, cost) = Run(rows, Math.Min(clusters, rows.Length), random);
            if (cost < bestCost) (best, bestCost) = (assignment, cost);
        }
        return best;
    }

    private static (int[] Assignment, double Cost) Run(float[][] rows, int clusters, SeededRandom random)
    {
        double[][] centres = PlusPlus(rows, clusters, random);
        int[] assignment = new int[rows.Length];
        Array.Fill(assignment, -1);
        for (int round = 0; round < MaximumRounds; round++)
        {
            bool changed = false;
            double cost = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                var (nearest, distance) = NearestCentre(rows[i], centres);
                changed |= assignment[i] != nearest;
                assignment[i] = nearest;
                cost += distance;
            }
            if (!changed || round + 1 == MaximumRounds) return (assignment, cost);
            MoveCentres(rows, assignment, centres);
        }
        return (assignment, 0);
    }

    /// <summary>Starts that lie apart: each next one is drawn with a chance that grows with its squared distance to those chosen.</summary>
    private static double[][] PlusPlus(float[][] rows, int clusters, SeededRandom random)
    {
        List<double[]> centres = [Point(rows[random.Next(rows.Length)])];
        double[] distances = [.. rows.Select(row => Distance(row, centres[0]))];
        while (centres.Count < clusters)
        {
            double total = distances.Sum(), at = random.NextDouble() * total;
            int chosen = total > 0 ? 0 : random.Next(rows.Length);
            for (double sum = distances[0]; total > 0 && sum < at && chosen + 1 < rows.Length; sum += distances[++chosen])
            {
            }
            centres.Add(Point(rows[chosen]));
            for (int i = 0; i < rows.Length; i++) distances[i] = Math.Min(distances[i], Distance(rows[i], centres[^1]));
        }
        return [.. centres];
    }

    private static void MoveCentres(float[][] rows, int[] assignment, double[][] centres)
    {
        int[] counts = new int[centres.Length];
        double[][] sums = [.. centres.Select(centre => new double[centre.Length])];
        for (int i = 0; i < rows.Length; i++)
        {
            counts[assignment[i]]++;
            for (int d = 0; d < rows[i].Length; d++) sums[assignment[i]][d] += rows[i][d];
        }
        for (int c = 0; c < centres.Length; c++)
            for (int d = 0; d < sums[c].Length && counts[c] > 0; d++) centres[c][d] = sums[c][d] / counts[c];
    }

    private static (int Nearest, double Distance) NearestCentre(float[] row, double[][] centres)
    {
        int nearest = 0;
        double smallest = double.PositiveInfinity;
        for (int c = 0; c < centres.Length; c++)
        {
            double distance = Distance(row, centres[c]);
            if (distance < smallest) (nearest, smallest) = (c, distance);
        }
        return (nearest, smallest);
    }

    private static double Distance(float[] row, double[] centre)
    {
        double sum = 0;
        for (int d = 0; d < row.Length; d++) sum += (row[d] - centre[d]) * (row[d] - centre[d]);
        return sum;
    }

    private static double[] Point(float[] row) => [.. row.Select(value => (double)value)];
}
