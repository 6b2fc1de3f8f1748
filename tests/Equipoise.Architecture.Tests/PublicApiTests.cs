using System.Reflection;

namespace Equipoise.Architecture.Tests;

/// <summary>
/// What users can see is written down, one file per package under <c>PublicApi</c>, so that a change of it is seen in review. With
/// <c>EQUIPOISE_ACCEPT=1</c> the files are rewritten.
/// </summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Equipoise.Formats")]
    [InlineData("Equipoise.Torch")]
    [InlineData("Equipoise.Data")]
    [InlineData("Equipoise")]
    [InlineData("Equipoise.Report")]
    public void ThePublicApiIsTheOneWrittenDown(string library)
    {
        string path = Repository.Path($"tests/Equipoise.Architecture.Tests/PublicApi/{library}.txt");
        string[] now = [.. PublicApi.Lines(Assembly.Load(library))];
        if (Environment.GetEnvironmentVariable("EQUIPOISE_ACCEPT") == "1") File.WriteAllLines(path, now);
        string[] known = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] changes = [.. known.Except(now).Select(line => $"- {line.Trim()}"), .. now.Except(known).Select(line => $"+ {line.Trim()}")];
        Assert.True(now.SequenceEqual(known), $"""
            the public API of {library} is not the one in {Path.GetRelativePath(Repository.Root, path)}:
            {string.Join('\n', changes)}
            if that is meant, write it down: EQUIPOISE_ACCEPT=1 ./test Architecture (and tell users in CHANGELOG.md); else make it internal
            """);
    }
}
