using System.Xml.Linq;

namespace Equipoise.Architecture.Tests;

/// <summary>What a project file may ask for.</summary>
public sealed class ProjectFileTests
{
    [Theory]
    [InlineData("Equipoise.Formats")]
    [InlineData("Equipoise.Torch")]
    [InlineData("Equipoise.Data", "CsvHelper", "YamlDotNet")]
    [InlineData("Equipoise")]
    [InlineData("Equipoise.Report")]
    [InlineData("Equipoise.Cli", "Spectre.Console", "System.CommandLine")]
    public void LibrariesTakeOnlyTheirPackages(string project, params string[] allowed) =>
        Assert.Subset(allowed.ToHashSet(), Load(project).Descendants("PackageReference")
            .Select(package => package.Attribute("Include")!.Value).ToHashSet());

    [Fact]
    public void ThereAreSixProjects() =>
        Assert.Equal(
            ["Equipoise", "Equipoise.Cli", "Equipoise.Data", "Equipoise.Formats", "Equipoise.Report", "Equipoise.Torch"],
            Projects.Order(StringComparer.Ordinal));

    [Fact]
    public void OnlyTheBindingIsUnsafe() =>
        Assert.Subset(new HashSet<string> { "Equipoise.Torch" },
            Projects.Where(project => Load(project).Descendants("AllowUnsafeBlocks").Any()).ToHashSet());

    private static IEnumerable<string> Projects =>
        Directory.EnumerateFiles(Repository.Path("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path));

    private static XDocument Load(string project) => XDocument.Load(Repository.Path($"src/{project}/{project}.csproj"));
}
