namespace Equipoise.Data;

/// <summary>Which samples an epoch visits, and in which order.</summary>
public enum Sampling
{
    /// <summary>All samples, in the order of the split.</summary>
    Sequential,

    /// <summary>All samples, in an order of the epoch's own.</summary>
    Shuffled,

    /// <summary>As many samples as the split has, drawn with repetition so that every class is as frequent as the others.</summary>
    BalancedClasses,

    /// <summary>As many samples as the split has, drawn with repetition so that every group (speaker, subject) is as frequent as the others.</summary>
    BalancedGroups,
}

/// <summary>Orders follow from seed and epoch alone: there is no state to save.</summary>
internal static class SampleOrder
{
    /// <summary>The positions in the split that an epoch visits.</summary>
    /// <exception cref="ProblemException">The groups are to be balanced, and the split knows none.</exception>
    internal static int[] Of(PackSplit split, Sampling sampling, ulong seed, int epoch)
    {
        SeededRandom random = new(SeedStream.Derive(seed, "order", epoch));
        switch (sampling)
        {
            case Sampling.Sequential: return [.. Enumerable.Range(0, split.Count)];
            case Sampling.BalancedClasses: return Balanced(split.Count, i => split.Labels[i], random);
            case Sampling.BalancedGroups:
                IReadOnlyList<string> groups = split.Groups ?? throw new ProblemException($"{split.Pack.Folder}: has no groups in {split.Name} to balance; take sampling: shuffled or classes");
                return Balanced(split.Count, i => groups[i], random);
            default:
                int[] order = [.. Enumerable.Range(0, split.Count)];
                random.Shuffle<int>(order);
                return order;
        }
    }

    /// <summary>Draws a key, then one of its samples; a key's samples come once each before one comes again.</summary>
    private static int[] Balanced<T>(int count, Func<int, T> keyOf, SeededRandom random)
    {
        Deck[] decks = [.. Enumerable.Range(0, count).GroupBy(keyOf).Select(members => new Deck([.. members], random))];
        return [.. Enumerable.Range(0, count).Select(_ => decks[random.Next(decks.Length)].Draw())];
    }

    /// <summary>Cards that are shuffled again when all have been drawn.</summary>
    private sealed class Deck(int[] cards, SeededRandom random)
    {
        private int _next = cards.Length;

        internal int Draw()
        {
            if (_next == cards.Length)
            {
                random.Shuffle<int>(cards);
                _next = 0;
            }
            return cards[_next++];
        }
    }
}
