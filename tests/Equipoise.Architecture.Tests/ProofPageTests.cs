using System.Text.RegularExpressions;

namespace Equipoise.Architecture.Tests;

/// <summary>The table of acceptance facts in <c>docs/proof.md</c> names every fact of the specifications and every test of one, and no other.</summary>
public sealed partial class ProofPageTests
{
    private static readonly Dictionary<string, string> Prefixes = new() { ["ogm-ge"] = "Ogm", ["mla"] = "Mla", ["mmpareto"] = "MmPareto", ["relearning"] = "Relearn" };

    private static readonly string Page = File.ReadAllText(Repository.Path("docs/proof.md"));

    [Fact]
    public void EveryTestOfAFactStandsInItsRowAndEveryTestNamedExists()
    {
        string[] written = [.. SourceFile.Under("tests", "*.cs").SelectMany(file => FactTest().Matches(file.Code)).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal)];
        string[] listed = [.. Rows().SelectMany(row => Name().Matches(row.Tests).Select(match => match.Groups["name"].Value)).Order(StringComparer.Ordinal)];
        Assert.Equal(written, listed);
        Assert.All(Rows(), row => Assert.All(
            Name().Matches(row.Tests), match => Assert.StartsWith($"{Prefixes[row.Paper]}_fact_{row.Number}_", match.Groups["name"].Value, StringComparison.Ordinal)));
        Assert.All(Rows(), row => Assert.NotEmpty(row.Tests.Trim()));
    }

    [Fact]
    public void ThePageNamesNoTestClassThatDoesNotExist()
    {
        HashSet<string> classes = [.. SourceFile.Under("tests", "*.cs").Select(file => Path.GetFileNameWithoutExtension(file.Path))];
        Assert.All(TestClass().Matches(Page), match => Assert.Contains(match.Groups["name"].Value, classes));
    }

    [Fact]
    public void EveryFactOfTheSpecificationsHasOneRow()
    {
        foreach (string paper in Prefixes.Keys)
        {
            string specification = File.ReadAllText(Repository.Shared($"methods/{paper}.md"));
            string facts = specification[specification.IndexOf("## Acceptance facts", StringComparison.Ordinal)..];
            Assert.Equal(
                Numbered().Matches(facts).Select(match => int.Parse(match.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)),
                Rows().Where(row => row.Paper == paper).Select(row => row.Number));
        }
    }

    private static IEnumerable<(string Paper, int Number, string Tests)> Rows() => Row().Matches(Page).Select(match =>
        (match.Groups["paper"].Value, int.Parse(match.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture), match.Groups["tests"].Value));

    [GeneratedRegex(@"public void (?<name>[A-Z]\w*_fact_\d+_\w+)\(")]
    private static partial Regex FactTest();

    [GeneratedRegex(@"`(?<name>\w+_fact_\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+Tests)`")]
    private static partial Regex TestClass();

    [GeneratedRegex(@"^(?<number>\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^\| (?<paper>[\w-]+) \| (?<number>\d+) \|[^|]*\|(?<tests>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
