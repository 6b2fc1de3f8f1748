namespace Equipoise.Data;

/// <summary>What looks wrong in a pack: each rule adds its lines.</summary>
internal static class PackWarnings
{
    private const double Imbalance = 10;
    private static readonly string[] Usual = ["train", "val", "test"];

    internal static IEnumerable<string> Of(Pack pack, IReadOnlyList<SplitInspection> splits) =>
        [.. Missing(splits), .. splits.SelectMany(split => Classes(pack, split)), .. Ids(pack), .. Groups(pack), .. splits.SelectMany(Values), .. Duplicates(splits)];

    private static IEnumerable<string> Missing(IReadOnlyList<SplitInspection> splits)
    {
        foreach (SplitInspection split in splits.Where(split => split.Count == 0)) yield return $"{split.Name} holds no samples";
        if (splits.Any(split => split.Name == "predict")) yield break;
        foreach (string name in Usual.Except(splits.Select(split => split.Name))) yield return $"there is no {name}";
    }

    private static IEnumerable<string> Classes(Pack pack, SplitInspection split)
    {
        if (split.PerClass.Count == 0) yield break;
        string[] none = [.. pack.Classes.Where((_, c) => split.PerClass[c] == 0)];
        if (none.Length > 0) yield return $"{split.Name} holds no sample of {string.Join(", ", none.Take(10))}{(none.Length > 10 ? $" and {none.Length - 10} more classes" : "")}";
        int most = split.PerClass.Max(), least = split.PerClass.Where(count => count > 0).DefaultIfEmpty(0).Min();
        if (split.Name == "train" && most > Imbalance * least)
            yield return $"train is unbalanced: {most} samples of the largest class, {least} of the smallest (train.class_weights: balanced may help)";
    }

    private static IEnumerable<string> Ids(Pack pack)
    {
        foreach (string name in pack.Splits.Keys)
        {
            int doubled = pack.Split(name).Ids.CountBy(id => id).Count(pair => pair.Value > 1);
            if (doubled > 0) yield return $"{name}: {doubled} ids stand there more than once";
        }
    }

    private static IEnumerable<string> Groups(Pack pack)
    {
        foreach (var (left, right) in Pairs([.. pack.Splits.Keys]))
        {
            if (pack.Split(left).Groups is not { } one || pack.Split(right).Groups is not { } other) continue;
            string[] both = [.. one.Intersect(other)];
            if (both.Length > 0) yield return $"{both.Length} groups stand in {left} and in {right}, {both[0]} for one";
        }
    }

    private static IEnumerable<string> Values(SplitInspection split)
    {
        foreach (ModalityInspection found in split.Modalities)
        {
            string name = $"{found.Modality.Name} in {split.Name}";
            if (found.Absent == split.Count && split.Count > 0) yield return $"{name}: absent in every sample";
            if (found.NotFinite > 0) yield return $"{name}: {found.NotFinite} values are NaN or infinite";
            if (found.ConstantSamples > 0) yield return $"{name}: {found.ConstantSamples} samples are one and the same value throughout";
            if (found.ConstantFeatures > 0) yield return $"{name}: {found.ConstantFeatures} features never change";
        }
    }

    private static IEnumerable<string> Duplicates(IReadOnlyList<SplitInspection> splits)
    {
        foreach (var (left, right) in Pairs(splits))
            foreach (var (one, other) in left.Modalities.Zip(right.Modalities))
            {
                int same = other.Contents.Keys.Count(one.Contents.ContainsKey);
                if (same > 0) yield return $"{same} samples of {one.Modality.Name} in {right.Name} stand in {left.Name} too, byte for byte";
            }
    }

    private static IEnumerable<(T Left, T Right)> Pairs<T>(IReadOnlyList<T> items)
    {
        for (int i = 0; i < items.Count; i++)
            for (int j = i + 1; j < items.Count; j++)
                yield return (items[i], items[j]);
    }
}
