using Equipoise.Data.Manifests;

namespace Equipoise.Data.Preparation;

/// <summary>Gives every sample its split: the manifest's, and where that lacks a part, one cut from train.</summary>
internal static class SplitPlan
{
    /// <summary>The samples of <c>train</c>, <c>val</c> and <c>test</c>, each in the manifest's order; notes say what was cut.</summary>
    /// <exception cref="ProblemException">The manifest names splits for some samples only, or no part for training or test.</exception>
    internal static List<(string Name, List<ManifestSample> Samples)> Make(
        IReadOnlyList<ManifestSample> samples, string manifest, ulong seed, List<string> notes)
    {
        List<ManifestSample> named = [.. samples.Where(sample => sample.Split.Length > 0)];
        bool silent = named.Count == 0;
        if (!silent && named.Count < samples.Count)
        {
            int line = samples.First(sample => sample.Split.Length == 0).Line;
            throw new ProblemException($"{manifest}:{line}: has no split, while other lines have one; write train, val or test");
        }
        List<ManifestSample> Of(string split) => [.. samples.Where(sample => sample.Split == split)];
        List<ManifestSample> train = silent ? [.. samples] : Of("train"), val = Of("val"), test = Of("test");
        if (silent) test = Cut(train, "test", ValidationSplit.UsualTestShare, seed + 1, notes);
        if (val.Count == 0) val = Cut(train, "val", ValidationSplit.UsualShare, seed, notes);
        foreach (var (name, part) in new[] { ("train", train), ("val", val), ("test", test) })
            if (part.Count == 0) throw new ProblemException($"{manifest}: has no sample for {name}; give some lines the split {name}");
        return [("train", train), ("val", val), ("test", test)];
    }

    private static List<ManifestSample> Cut(List<ManifestSample> train, string name, double share, ulong seed, List<string> notes)
    {
        string[]? groups = train.All(sample => sample.Group is not null) ? [.. train.Select(sample => sample.Group!)] : null;
        bool[] chosen = ValidationSplit.Cut([.. train.Select(sample => (long)sample.Label!.Value)], groups, share, seed);
        List<ManifestSample> part = [.. train.Where((_, i) => chosen[i])];
        HashSet<ManifestSample> taken = [.. part];
        train.RemoveAll(taken.Contains);
        notes.Add($"the manifest has no {name} part: {part.Count} samples were cut from train ({(groups is null ? "the same share of every class" : "whole groups")}, seed {seed})");
        return part;
    }
}
