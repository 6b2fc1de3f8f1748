namespace Equipoise.Data;

/// <summary>Cuts a validation part from train, so that no run ever has to select on test.</summary>
public static class ValidationSplit
{
    /// <summary>
    /// Chooses about a share of the samples: the same share of every class; where groups are known, whole groups, so that no group
    /// stands on both sides.
    /// </summary>
    /// <param name="labels">The label of each sample.</param>
    /// <param name="groups">The group of each sample; null where unknown.</param>
    /// <param name="share">From 0 to 1; 0.1 is usual.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>True for every sample that goes to val.</returns>
    public static bool[] Cut(IReadOnlyList<long> labels, IReadOnlyList<string>? groups, double share, ulong seed)
    {
        SeededRandom random = new(SeedStream.Derive(seed, "validation-split"));
        return groups is not null && groups.Distinct().Count() > 1 ? ByGroup(groups, share, random) : ByClass(labels, share, random);
    }

    private static bool[] ByClass(IReadOnlyList<long> labels, double share, SeededRandom random)
    {
        bool[] chosen = new bool[labels.Count];
        foreach (var members in Enumerable.Range(0, labels.Count).GroupBy(i => labels[i]).OrderBy(group => group.Key))
        {
            int[] order = [.. members];
            random.Shuffle<int>(order);
            int take = order.Length < 2 ? 0 : Math.Clamp((int)Math.Round(order.Length * share), 1, order.Length - 1);
            foreach (int i in order[..take]) chosen[i] = true;
        }
        return chosen;
    }

    private static bool[] ByGroup(IReadOnlyList<string> groups, double share, SeededRandom random)
    {
        string[] names = [.. groups.Distinct().Order(StringComparer.Ordinal)];
        random.Shuffle<string>(names);
        HashSet<string> taken = [];
        int count = 0;
        foreach (string name in names[..^1])
        {
            if (count >= groups.Count * share) break;
            taken.Add(name);
            count += groups.Count(group => group == name);
        }
        return [.. groups.Select(taken.Contains)];
    }
}
