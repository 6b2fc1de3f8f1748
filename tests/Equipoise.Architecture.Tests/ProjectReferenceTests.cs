using System.Xml.Linq;

namespace Equipoise.Architecture.Tests;

/// <summary>Six projects, arrows point down only.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly string[] BottomUp =
        ["Equipoise.Formats", "Equipoise.Torch", "Equipoise.Data", "Equipoise", "Equipoise.Report", "Equipoise.Cli"];

    [Fact]
    public void EveryProjectReferencesOnlyWhatStandsBelowIt()
    {
        Dictionary<string, string[]> allowed = new()
        {
            ["Equipoise.Formats"] = [],
            ["Equipoise.Torch"] = [],
            ["Equipoise.Data"] = ["Equipoise.Formats", "Equipoise.Torch"],
            ["Equipoise"] = ["Equipoise.Data"],
            ["Equipoise.Report"] = [],
            ["Equipoise.Cli"] = BottomUp[..5],
        };
        foreach (string project in BottomUp)
        {
            XDocument file = XDocument.Load(Repository.Path($"src/{project}/{project}.csproj"));
            IEnumerable<string> references = file.Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.Subset(allowed[project].ToHashSet(), references.ToHashSet());
        }
    }
}
