using Equipoise.Models;

namespace Equipoise.Weights;

/// <summary>The names here of the names in one file.</summary>
/// <param name="weights">The file, and what takes it.</param>
/// <param name="spec">What the model is made of.</param>
/// <param name="names">All names in the file.</param>
internal sealed class WeightsNames(WeightsSpec weights, ModelSpec spec, IReadOnlyList<string> names)
{
    private const string Parallel = "module.";
    private readonly bool _parallel = names.All(name => name.StartsWith(Parallel, StringComparison.Ordinal));
    private readonly string[] _modalities = [.. spec.Modalities.Select(modality => modality.Name)];

    /// <summary>The name, relative to the part that takes the weights; null where it is left out on purpose.</summary>
    internal string? Here(string name, Func<string, bool> isKnown)
    {
        name = Bare(name)[Prefix.Length..];
        NameMap own = new();
        foreach (var (from, to) in weights.Rename ?? []) own.Add(from, to);
        return own.Apply(name, isKnown) is { } renamed ? weights.Part.Length > 0 ? Encoder(weights.Part["encoders.".Length..], renamed, isKnown) : Whole(renamed, isKnown) : null;
    }

    /// <summary>Whether a name is taken at all.</summary>
    internal bool IsBelowPrefix(string name) => Bare(name).StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The chosen prefix; for an encoder from a whole model of the same names the encoder's own.</summary>
    private string Prefix => field ??= weights.Prefix.Length > 0 ? weights.Prefix.TrimEnd('.') + "."
        : weights.Part.Length > 0 && names.Any(name => Bare(name).StartsWith(weights.Part + ".", StringComparison.Ordinal)) ? weights.Part + "."
        : "";

    private string Bare(string name) => _parallel ? name[Parallel.Length..] : name;

    private string? Whole(string name, Func<string, bool> isKnown)
    {
        foreach (string paper in (string[])["ogm-ge", "mmpareto"])
            if (!isKnown(name)) name = NameMaps.Paper(paper, _modalities, spec.Fusion.Type).Apply(name, isKnown)!;
        foreach (string modality in _modalities)
        {
            string part = $"encoders.{modality}.";
            if (name.StartsWith(part, StringComparison.Ordinal))
                return Encoder(modality, name[part.Length..], inner => isKnown(part + inner)) is { } inner ? part + inner : null;
        }
        return name;
    }

    private string? Encoder(string modality, string name, Func<string, bool> isKnown) =>
        NameMaps.Encoder(spec.Modalities.First(candidate => candidate.Name == modality).Encoder.Type).Apply(name, isKnown);
}
