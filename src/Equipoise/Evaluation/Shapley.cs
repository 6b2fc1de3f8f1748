using System.Numerics;

namespace Equipoise.Evaluation;

/// <summary>Who contributes what to a joint result (Shapley, 1953): exact, from the value of every subset of the players.</summary>
public static class Shapley
{
    /// <summary>
    /// <c>φ_m = Σ_{S ∌ m} |S|! (M − |S| − 1)! / M! · (v(S ∪ m) − v(S))</c>: the mean, over all orders in which players may join, of what m
    /// adds when it joins. The contributions add up to <c>v(all) − v(none)</c>.
    /// </summary>
    /// <param name="values">The value of each subset: bit m of the position says whether player m is in it; 2^M values.</param>
    /// <exception cref="ArgumentException">The number of values is no power of two.</exception>
    public static double[] Contributions(IReadOnlyList<double> values)
    {
        if (!BitOperations.IsPow2(values.Count)) throw new ArgumentException($"{values.Count} values are not those of all subsets of some players", nameof(values));
        int players = BitOperations.Log2((uint)values.Count);
        double[] contributions = new double[players];
        for (int m = 0; m < players; m++)
            for (int set = 0; set < values.Count; set++)
                if ((set & (1 << m)) == 0) contributions[m] += Weight(BitOperations.PopCount((uint)set), players) * (values[set | (1 << m)] - values[set]);
        return contributions;
    }

    /// <summary><c>max φ − min φ</c>; 0 where all contribute alike.</summary>
    /// <param name="contributions">At least one.</param>
    public static double Gap(IReadOnlyList<double> contributions) => contributions.Max() - contributions.Min();

    /// <summary>
    /// <c>−Σ q ln q / ln M</c> with <c>q = max(0, φ) / Σ max(0, φ)</c>: 1 where all contribute alike, 0 where one does all. NaN for a single
    /// player, and where none contributes.
    /// </summary>
    /// <param name="contributions">One per player.</param>
    public static double Evenness(IReadOnlyList<double> contributions)
    {
        double total = contributions.Sum(value => Math.Max(0, value));
        if (contributions.Count < 2 || total <= 0) return double.NaN;
        return -contributions.Select(value => Math.Max(0, value) / total).Sum(share => share > 0 ? share * Math.Log(share) : 0) / Math.Log(contributions.Count);
    }

    /// <summary><c>|S|! (M − |S| − 1)! / M!</c>, which is <c>1 / (M · binomial(M − 1, |S|))</c>.</summary>
    private static double Weight(int size, int players)
    {
        double binomial = 1;
        for (int k = 1; k <= size; k++) binomial = binomial * (players - k) / k;
        return 1 / (players * binomial);
    }
}
