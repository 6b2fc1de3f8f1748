using System.Text.RegularExpressions;

namespace Equipoise.Weights;

/// <summary>
/// How names in a file become names here: rules <c>FROM -> TO</c>, one after the other, <c>*</c> standing for any letters. <c>-</c>
/// leaves a tensor out, <c>~</c> leaves it out where there is nothing of its name here.
/// </summary>
internal sealed class NameMap
{
    private readonly List<Rule> _rules = [];

    /// <summary>Reads rules, one to a line; # begins a remark.</summary>
    /// <exception cref="FormatException">A line is no rule.</exception>
    internal static NameMap Parse(string text)
    {
        NameMap map = new();
        foreach (string line in text.Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            string[] sides = line.Split(" -> ");
            if (sides.Length != 2) throw new FormatException($"'{line}' is no rule FROM -> TO");
            map.Add(sides[0].Trim(), sides[1].Trim());
        }
        return map;
    }

    /// <summary>Adds a rule at the end.</summary>
    internal void Add(string from, string to) => _rules.Add(new Rule(from, to));

    /// <summary>The rules the other way round, the first for each name here; rules that leave out have no way back.</summary>
    /// <param name="wanted">Which of the rules, by what they start from.</param>
    internal NameMap Reversed(Func<string, bool> wanted)
    {
        NameMap map = new();
        foreach (Rule rule in _rules.Where(rule => rule.To is not ("-" or "~") && wanted(rule.From)).DistinctBy(rule => rule.To)) map.Add(rule.To, rule.From);
        return map;
    }

    /// <summary>The name here of a name in a file; null where it is left out.</summary>
    /// <param name="name">The name in the file.</param>
    /// <param name="isKnown">Whether there is a tensor of a name here.</param>
    internal string? Apply(string name, Func<string, bool> isKnown)
    {
        foreach (Rule rule in _rules)
        {
            Match match = rule.Pattern.Match(name);
            if (!match.Success) continue;
            if (rule.To == "-" || (rule.To == "~" && !isKnown(name))) return null;
            if (rule.To != "~") name = Filled(rule.To, match);
        }
        return name;
    }

    /// <summary>The first rule's name for this one; null where none has one.</summary>
    internal string? ApplyFirst(string name) =>
        _rules.FirstOrDefault(rule => rule.Pattern.IsMatch(name)) is { } first ? Filled(first.To, first.Pattern.Match(name)) : null;

    private static string Filled(string target, Match match)
    {
        string[] parts = target.Split('*');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : match.Groups[Math.Min(i, match.Groups.Count - 1)].Value + part));
    }

    private sealed class Rule(string from, string to)
    {
        internal string From { get; } = from;

        internal string To { get; } = to;

        internal Regex Pattern { get; } = new($"^{Regex.Escape(from).Replace("\\*", "(.*)", StringComparison.Ordinal)}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }
}
