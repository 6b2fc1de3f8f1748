namespace Equipoise.Architecture.Tests;

public sealed class CodeOnlyTests
{
    [Theory]
    [InlineData("a // {\nb", "a     \nb")]
    [InlineData("a /* {\n */ b", "a     \n    b")]
    [InlineData("f(\"{\\\"\") {", "f(     ) {")]
    [InlineData("f(@\"\\\"){", "f(    ){")]
    [InlineData("f($\"{g(\"{\")}\"){", "f(           ){")]
    [InlineData("f('{'){", "f(   ){")]
    [InlineData("f(\"\"\"\n{ \"x\" \"\"\"){", "f(   \n         ){")]
    [InlineData("f(\"\"){", "f(  ){")]
    public void BlanksWhatIsNoCode(string text, string code) => Assert.Equal(code, CodeOnly.Of(text));
}
