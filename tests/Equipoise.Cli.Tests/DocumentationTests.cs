using System.CommandLine;

namespace Equipoise.Cli.Tests;

/// <summary>Every command line in the documentation is one that the program takes.</summary>
public sealed class DocumentationTests
{
    public static TheoryData<string> Lines => [.. Pages().SelectMany(page => File.ReadLines(page)).Select(line => line.TrimStart('$', ' ', '#'))
        .Where(line => line.StartsWith("./equipoise ", StringComparison.Ordinal) || line.StartsWith("equipoise ", StringComparison.Ordinal)).Distinct()];

    [Theory]
    [MemberData(nameof(Lines))]
    public void TheLineIsTaken(string line)
    {
        string command = line.Split('#')[0].Trim();
        using StringWriter output = new(), error = new();
        ParseResult parse = CommandLine.Root(new CommandContext(output, error, CancellationToken.None)).Parse(command[command.IndexOf(' ', StringComparison.Ordinal)..]);
        Assert.Empty(parse.Errors.Select(problem => $"{line}: {problem.Message}"));
    }

    [Fact]
    public void TheReadMeHasItsTwoCommands() =>
        Assert.Subset(File.ReadLines(Repository.Path("README.md")).Select(line => line.Split(' ')[0]).ToHashSet(), new HashSet<string> { "./equipoise", "./test" });

    [Fact]
    public void TheMatrixOfMethodsAndFusionsIsWhatTryingGives()
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(ExitCode.Done, CommandLine.Run(["methods", "--matrix"], output, error));
        string tried = string.Join('\n', output.ToString().Trim('\n').Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0));
        Assert.Contains(tried, File.ReadAllText(Repository.Path("docs/fusions.md")), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories))
        .Concat(Directory.EnumerateFiles(Repository.Path("samples"), "*.yaml", SearchOption.AllDirectories));
}
