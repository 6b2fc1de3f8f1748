using System.Text.RegularExpressions;

namespace Equipoise.Architecture.Tests;

/// <summary>What may stand in few places or nowhere.</summary>
public sealed partial class ForbiddenTests
{
    private static readonly IReadOnlyList<SourceFile> Source = SourceFile.Under("src", "*.cs");

    [Fact]
    public void OnlyTheChokePointTurnsHandlesIntoPointers()
    {
        string[] files = [.. Source.Where(file => file.Matches(RawHandle()).Any()).Select(file => file.Path)];
        Assert.True(files.Length <= 1, "more than one file takes handles out: " + string.Join(", ", files));
        Assert.All(files, file => Assert.StartsWith("src/Equipoise.Torch/", file, StringComparison.Ordinal));
    }

    [Fact]
    public void NothingReadsAnAmbientClockOrRandomSource() =>
        Assert.Empty(Source.SelectMany(file => file.Matches(AmbientSource())));

    [Fact]
    public void NothingIsLeftForLater() =>
        Assert.Empty(Source.Concat(SourceFile.Under("native", "*.cpp", "*.h"))
            .SelectMany(file => Later().Matches(file.Text).Select(match => $"{file.Path} {match.Value}")));

    [Fact]
    public void OnlyTheCommandLineTouchesTheConsole() =>
        Assert.Empty(Source.Where(file => !file.Path.StartsWith("src/Equipoise.Cli/", StringComparison.Ordinal))
            .SelectMany(file => file.Matches(TheConsole())));

    [GeneratedRegex(@"\bDangerousGetHandle\b")]
    private static partial Regex RawHandle();

    [GeneratedRegex(@"\b(DateTime(Offset)?\s*\.\s*(Now|UtcNow|Today)|Stopwatch\s*\.\s*(StartNew|GetTimestamp)|new\s+Stopwatch|Random\s*\.\s*Shared|new\s+Random\b|Random\s+\w+\s*=\s*new\s*\(|Guid\s*\.\s*(NewGuid|CreateVersion7)|Environment\s*\.\s*TickCount(64)?|RandomNumberGenerator\s*\.)")]
    private static partial Regex AmbientSource();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK|NotImplementedException)\b")]
    private static partial Regex Later();

    [GeneratedRegex(@"(?<![\w.])(System\s*\.\s*)?Console\s*\.\s*\w+")]
    private static partial Regex TheConsole();
}
