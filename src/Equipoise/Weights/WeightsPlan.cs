using Equipoise.Formats;
using Equipoise.Models;
using Equipoise.Torch;

namespace Equipoise.Weights;

/// <summary>Which tensor of a file goes where, decided before any is moved.</summary>
/// <param name="Moves">The name in the file and the name here.</param>
/// <param name="Report">What fits and what does not.</param>
/// <param name="OnlyChannels">Whether all that does not fit is the number of channels of a first convolution.</param>
internal sealed record WeightsPlan(IReadOnlyList<(string Source, string Target)> Moves, WeightsReport Report, bool OnlyChannels)
{
    internal static WeightsPlan Make(ITensorFile file, WeightsSpec weights, WeightsNames names, IReadOnlyDictionary<string, Tensor> targets)
    {
        List<(string Source, string Target)> moves = [];
        List<string> leftOut = [], unexpected = [], adapted = [], mismatched = [];
        bool onlyChannels = true;
        foreach (string source in file.Names.Where(names.IsBelowPrefix))
        {
            string? target = names.Here(source, targets.ContainsKey);
            if (target is null) leftOut.Add(source);
            else if (!targets.TryGetValue(target, out Tensor? tensor)) unexpected.Add(source);
            else if (moves.FirstOrDefault(move => move.Target == target) is { Source: { } other })
                throw new InvalidFileException(weights.File, $"holds {target} twice, as {other} and as {source}", "give a prefix, or rename one");
            else
            {
                Fit fit = Compare(file.Header(source), tensor);
                if (fit == Fit.Channels && weights.MeanOverChannels) adapted.Add(target);
                else if (fit != Fit.Same)
                {
                    mismatched.Add($"{target} [{string.Join(", ", file.Header(source).Shape)}] for [{string.Join(", ", tensor.Shape)}]");
                    onlyChannels &= fit == Fit.Channels;
                    continue;
                }
                moves.Add((source, target));
            }
        }
        HashSet<string> found = [.. moves.Select(move => move.Target)];
        string[] missing = [.. targets.Keys.Where(name => !found.Contains(name) && !mismatched.Any(text => text.StartsWith(name + " [", StringComparison.Ordinal)))];
        WeightsReport report = new(weights.File, weights.Part, [.. moves.Select(move => move.Target)], adapted, leftOut, unexpected, missing, mismatched);
        return new WeightsPlan(moves, report, onlyChannels && missing.Length == 0 && unexpected.Count == 0);
    }

    private static Fit Compare((ElementType Type, long[] Shape) source, Tensor target)
    {
        long[] shape = target.Shape;
        if (IsFloat(source.Type) != (target.Type is DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16)) return Fit.No;
        if (source.Shape.SequenceEqual(shape)) return Fit.Same;
        return source.Shape.Length == 4 && shape.Length == 4 && source.Shape[1] > 0 && source.Shape.Where((_, d) => d != 1).SequenceEqual(shape.Where((_, d) => d != 1)) ? Fit.Channels : Fit.No;
    }

    private static bool IsFloat(ElementType type) => type is ElementType.Float16 or ElementType.BFloat16 or ElementType.Float32 or ElementType.Float64;

    private enum Fit
    {
        Same,
        Channels,
        No,
    }
}
