namespace Equipoise.Architecture.Tests;

/// <summary>Small files, small functions: what a reader can hold at once.</summary>
public sealed class SizeTests
{
    private static readonly IReadOnlyList<SourceFile> Source =
        [.. SourceFile.Under("src", "*.cs"), .. SourceFile.Under("native", "*.cpp", "*.h")];

    [Fact]
    public void NoFileIsLongerThanFiveHundredLines() =>
        Assert.Empty(Source.Concat(SourceFile.Under("tests", "*.cs")).Where(file => file.Lines > 500)
            .Select(file => $"{file.Path}: {file.Lines} lines"));

    [Fact]
    public void TheMedianFileHasFewerThanNinetyLines()
    {
        int[] lines = [.. SourceFile.Under("src", "*.cs").Select(file => file.Lines).Order()];
        Assert.InRange(lines[lines.Length / 2], 0, 89);
    }

    [Fact]
    public void NoFunctionIsLongerThanEightyLines() =>
        Assert.Empty(Source.Concat(SourceFile.Under("tests", "*.cs"))
            .SelectMany(file => file.Functions().Select(function => (file, function)))
            .Where(found => found.function.Length > 80)
            .Select(found => $"{found.file.Path}:{found.function.Line} {found.function.Name}: {found.function.Length} lines"));

    [Fact]
    public void FunctionsAreFoundWithTheirLengths()
    {
        var self = SourceFile.Under("tests/Equipoise.Architecture.Tests", "SourceFile.cs").Single();
        var functions = self.Functions().ToDictionary(function => function.Name, function => function.Length);
        Assert.Equal(["Closing", "Functions", "SourceFile"], functions.Keys.Order());
        Assert.Equal(6, functions["SourceFile"]);
        Assert.Equal(10, functions["Closing"]);
    }
}
