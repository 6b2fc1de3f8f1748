using Equipoise.Data;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Weights;

namespace Equipoise.Exporting;

/// <summary>What a model's tensors are called in an exported file.</summary>
internal static class ExportNames
{
    /// <summary>The ways to name them.</summary>
    internal static IReadOnlyList<string> Choices { get; } = ["own", "papers"];

    /// <summary>The tensors of a model, or of one part without the part's name in front, by their names in the file.</summary>
    /// <exception cref="ProblemException">There is no such part, or the papers have no name for a tensor.</exception>
    internal static IReadOnlyList<(string Name, Tensor Tensor)> Of(MultimodalModel model, ModelSpec spec, string names, string? part)
    {
        if (!Choices.Contains(names)) throw new ProblemException($"equipoise export: --names {names} is unknown; {Nearest.Remedy(names, Choices)}");
        if (part is not null && names != "own") throw new ProblemException($"equipoise export: --part {part} keeps the part's own names; leave --names {names} out");
        if (part is null) return names == "own" ? [.. model.StateDict()] : [.. Papers(model, spec)];
        string prefix = part.TrimEnd('.') + ".";
        (string Name, Tensor Tensor)[] inside = [.. model.StateDict().Where(pair => pair.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => (pair.Name[prefix.Length..], pair.Tensor))];
        string[] parts = [.. model.StateDict().Select(pair => string.Join('.', pair.Name.Split('.').Take(2))).Distinct()];
        return inside.Length > 0 ? inside : throw new ProblemException($"equipoise export: --part {part} is no part of the model; {Nearest.Remedy(part, parts)}");
    }

    /// <summary>The names of MMPareto's repository where there are heads beside the fusion, else those of OGM-GE's and MLA's.</summary>
    private static IEnumerable<(string Name, Tensor Tensor)> Papers(MultimodalModel model, ModelSpec spec)
    {
        bool heads = model.ScoredBy == "head";
        bool transformers = spec.Modalities.All(modality => modality.Encoder.Type is "m3ae" or "cav-mae");
        NameMap map = NameMaps.Paper(heads ? "mmpareto" : "ogm-ge", model.Modalities, spec.Fusion.Type).Reversed(from => from.StartsWith("mae_", StringComparison.Ordinal) ? transformers : !transformers || !from.Contains("_net.", StringComparison.Ordinal));
        foreach (var (name, tensor) in model.StateDict())
            yield return (map.ApplyFirst(name) ?? throw new ProblemException($"equipoise export: the papers' repositories have no name for {name}; take --names own"), tensor);
    }
}
