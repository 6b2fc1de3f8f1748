using System.Text.RegularExpressions;

namespace Equipoise.Architecture.Tests;

/// <summary>
/// C# in the documentation is compiled code: a block preceded by <c>&lt;!-- snippet: Name --&gt;</c> is the region
/// <c>Name</c> of a file under <c>samples/</c>. With <c>EQUIPOISE_ACCEPT=1</c> the blocks are rewritten.
/// </summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void BlocksOfCodeAreTheRegionsTheyName()
    {
        Dictionary<string, string> regions = Regions();
        List<string> problems = [];
        foreach (string page in Pages())
        {
            string text = File.ReadAllText(page);
            string wanted = Block().Replace(text, block => Expected(block, regions, Path.GetFileName(page), problems));
            if (wanted == text) continue;
            if (Environment.GetEnvironmentVariable("EQUIPOISE_ACCEPT") == "1") File.WriteAllText(page, wanted);
            else problems.Add($"{Path.GetFileName(page)}: a block differs from its region; run the tests with EQUIPOISE_ACCEPT=1");
        }
        Assert.Empty(problems);
    }

    [Fact]
    public void LinksBetweenPagesLeadSomewhere() =>
        Assert.Empty(
            from page in Pages()
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["to"].Value)
            where !Path.Exists(target)
            select $"{Path.GetRelativePath(Repository.Root, page)} → {link.Groups["to"].Value}");

    private static string Expected(Match block, Dictionary<string, string> regions, string page, List<string> problems)
    {
        string name = block.Groups["name"].Value;
        if (regions.TryGetValue(name, out string? code)) return $"<!-- snippet: {name} -->\n```csharp\n{code}```";
        problems.Add(name == "" ? $"{page}: a block of C# names no snippet" : $"{page}: no region {name} under samples/");
        return block.Value;
    }

    private static Dictionary<string, string> Regions() =>
        SourceFile.Under("samples", "*.cs").SelectMany(file => Region().Matches(file.Text))
            .ToDictionary(match => match.Groups["name"].Value, match => Unindented(match.Groups["code"].Value));

    private static string Unindented(string code)
    {
        string[] lines = code.TrimEnd().Split('\n');
        int margin = lines.Where(line => line.Trim() != "").Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > margin ? line[margin..] : "") + "\n"));
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories));

    [GeneratedRegex(@"(<!-- snippet: (?<name>[\w.]+) -->\n)?```csharp\n.*?```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^[ \t]*#region (?<name>[\w.]+)\n(?<code>.*?)^[ \t]*#endregion", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)(?<to>[^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
