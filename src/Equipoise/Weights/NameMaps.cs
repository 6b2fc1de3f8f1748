using System.Text.RegularExpressions;

namespace Equipoise.Weights;

/// <summary>The maps of published weights; <c>Maps/*.map</c>, one for each source.</summary>
internal static partial class NameMaps
{
    private static readonly Dictionary<string, string> ByEncoder = new()
    {
        ["resnet18"] = "resnet",
        ["resnet34"] = "resnet",
        ["resnet50"] = "resnet",
        ["vit"] = "vit",
        ["bert"] = "bert",
        ["m3ae"] = "m3ae",
        ["cav-mae"] = "cav-mae",
    };

    /// <summary>The map of an encoder's published weights; none where its names are its own.</summary>
    internal static NameMap Encoder(string type) => ByEncoder.TryGetValue(type, out string? file) ? NameMap.Parse(Text(file)) : new NameMap();

    /// <summary>The map of a whole model of a paper: <c>ogm-ge</c> (and MLA) or <c>mmpareto</c> (and Diagnosing &amp; Re-learning).</summary>
    /// <param name="paper">Its name.</param>
    /// <param name="modalities">The model's modalities in their order.</param>
    /// <param name="fusion">The model's fusion.</param>
    internal static NameMap Paper(string paper, IReadOnlyList<string> modalities, string fusion)
    {
        NameMap map = new();
        foreach (Match rule in Rules().Matches(Text(paper)))
        {
            string target = rule.Groups[2].Value.Replace("{layers}", fusion == "gated" ? "projections" : "heads", StringComparison.Ordinal);
            if (Role().Match(target) is not { Success: true } role) map.Add(rule.Groups[1].Value, target);
            else if (Modality(role.Groups[1].Value, role.Groups[2].Value, modalities) is { } modality) map.Add(rule.Groups[1].Value, target.Replace(role.Value, modality, StringComparison.Ordinal));
        }
        return map;
    }

    /// <summary>The modality that plays a role: by its name, else by its place; null where there is none there.</summary>
    private static string? Modality(string role, string place, IReadOnlyList<string> modalities) =>
        modalities.Contains(role) ? role : modalities.ElementAtOrDefault(int.Parse(place, System.Globalization.CultureInfo.InvariantCulture) - 1);

    private static string Text(string name)
    {
        using Stream stream = typeof(NameMaps).Assembly.GetManifestResourceStream($"{name}.map")!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(\S+) -> (\S+)", RegexOptions.Multiline)]
    private static partial Regex Rules();

    [GeneratedRegex(@"\{(\w+)\|(\d)\}")]
    private static partial Regex Role();
}
