namespace Equipoise.Data;

/// <summary>Cuts a validation part from train, so that no run ever has to select on test.</summary>
public static class ValidationSplit
{
    /// <summary>The share of train that becomes val where a source has none.</summary>
    public const double UsualShare = 0.1;

    /// <summary>The share of all that becomes test where a source has no parts at all.</summary>
    internal const double UsualTestShare = 0.2;

    private const int Drawn = 32;

    /// <summary>
    /// Chooses about a share of the samples: the same share of every class; where groups are known, whole groups that come nearest to
    /// it, so that no group stands on both sides.
    /// </summary>
    /// <param name="labels">The label of each sample.</param>
    /// <param name="groups">The group of each sample; null where unknown.</param>
    /// <param name="share">From 0 to 1; 0.1 is usual.</param>
    /// <param name="seed">Decides which.</param>
    /// <returns>True for every sample that goes to val.</returns>
    public static bool[] Cut(IReadOnlyList<long> labels, IReadOnlyList<string>? groups, double share, ulong seed)
    {
        SeededRandom random = new(SeedStream.Derive(seed, "validation-split"));
        return groups is not null && groups.Distinct().Count() > 1 ? ByGroup(labels, groups, share, random) : ByClass(labels, share, random);
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
        if (!chosen.Contains(true) && chosen.Length > 1) chosen[random.Next(chosen.Length)] = true;
        return chosen;
    }

    /// <summary>
    /// Takes the group that brings the classes nearest to their share, of some drawn at random, again and again until none does. The whole
    /// counts as one class more, so that groups too large for their classes are taken as long as the whole asks for them.
    /// </summary>
    private static bool[] ByGroup(IReadOnlyList<long> labels, IReadOnlyList<string> groups, double share, SeededRandom random)
    {
        Share missing = new(labels, share);
        Group[] shuffled = [.. Enumerable.Range(0, groups.Count).GroupBy(i => groups[i], i => labels[i])
            .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Group(group.Key, group.Count(), [.. group.CountBy(label => label)]))];
        random.Shuffle<Group>(shuffled);
        Queue<Group> waiting = new(shuffled);
        List<Group> drawn = [];
        HashSet<string> taken = [];
        while (taken.Count < shuffled.Length - 1)
        {
            while (drawn.Count < Drawn && waiting.TryDequeue(out Group? next)) drawn.Add(next);
            drawn.RemoveAll(group => missing.Gain(group) <= 0); // What is missing only shrinks: these will never gain.
            if (drawn.Count == 0 && waiting.Count == 0) break;
            if (drawn.MaxBy(missing.Gain) is not { } best) continue;
            missing.Take(best);
            drawn.Remove(best);
            taken.Add(best.Name);
        }
        if (taken.Count == 0) taken.Add(shuffled.MinBy(group => group.Size)!.Name);
        return [.. groups.Select(taken.Contains)];
    }

    private sealed record Group(string Name, int Size, KeyValuePair<long, int>[] Classes);

    /// <summary>How many samples of each class, and in all, are still to be taken.</summary>
    private sealed class Share(IReadOnlyList<long> labels, double share)
    {
        private readonly Dictionary<long, double> _wanted = labels.CountBy(label => label).ToDictionary(pair => pair.Key, pair => pair.Value * share);
        private readonly Dictionary<long, double> _missing = labels.CountBy(label => label).ToDictionary(pair => pair.Key, pair => pair.Value * share);
        private double _missingInAll = labels.Count * share;

        /// <summary>By how much the squared distances, each relative to its share, would fall.</summary>
        internal double Gain(Group group) => group.Classes.Sum(pair => Fall(_missing[pair.Key], pair.Value) / _wanted[pair.Key])
            + Fall(_missingInAll, group.Size) / (labels.Count * share * _wanted.Count);

        internal void Take(Group group)
        {
            foreach (var (label, count) in group.Classes) _missing[label] -= count;
            _missingInAll -= group.Size;
        }

        private static double Fall(double missing, int added) => missing * missing - (missing - added) * (missing - added);
    }
}
