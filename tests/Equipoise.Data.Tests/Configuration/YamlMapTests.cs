using Equipoise.Formats;

namespace Equipoise.Data.Tests;

public class YamlMapTests
{
    private readonly ProblemList _problems = new();

    [Fact]
    public void ReadsValuesOfEveryType()
    {
        YamlMap map = Parse("name: ogm\nepochs: 3\nlr: 1e-3\non: true\nwidths: [1, 2]\nsteps: 0.5\ndeep: {inner: {x: 7}}\n");
        Assert.Equal("ogm", map.Text("name"));
        Assert.Equal(3, map.Integer("epochs", 1, 1, 10));
        Assert.Equal(1e-3, map.Number("lr", 0));
        Assert.True(map.Flag("on", false));
        Assert.Equal([1, 2], map.Integers("widths"));
        Assert.Equal([0.5], map.Numbers("steps"));
        Assert.Equal(7, map.Map("deep")!.Map("inner")!.Integer("x", 0));
        map.RejectUnknown();
        _problems.ThrowIfAny();
    }

    [Fact]
    public void FiveErrorsAreAllToldWithLineAndPath()
    {
        YamlMap map = Parse("train:\n  epochs: many\n  lr: -1\n  epoks: 3\n  shuffle: maybe\n  type: sgdd\n");
        YamlMap train = map.Map("train")!;
        train.Integer("epochs", 1, 1);
        train.Number("lr", 0.1, 0);
        train.Flag("shuffle", true);
        train.Choice("type", "sgd", ["sgd", "adam"]);
        map.RejectUnknown();
        var error = Assert.Throws<ProblemException>(_problems.ThrowIfAny);
        Assert.Equal(5, error.Problems.Count);
        Assert.StartsWith("c.yaml:2 train.epochs: is 'many'; write a whole number of at least 1", error.Problems[0], StringComparison.Ordinal);
        Assert.Contains("c.yaml:3 train.lr", error.Problems[1], StringComparison.Ordinal);
        Assert.Contains("did you mean sgd?", error.Problems[3], StringComparison.Ordinal);
        Assert.Equal("c.yaml:4 train.epoks: is an unknown key; did you mean epochs?", error.Problems[4]);
    }

    [Fact]
    public void AMappingCountsAsAListOfOne()
    {
        Assert.Equal(["a"], Parse("m: {name: a}").MapList("m")!.Select(map => map.Text("name")));
        Assert.Equal(["a", "b"], Parse("m: [{name: a}, {name: b}]").MapList("m")!.Select(map => map.Text("name")));
        Assert.Null(Parse("x: 1").MapList("m"));
    }

    [Fact]
    public void SettingReachesNestedKeysAndMakesThem()
    {
        YamlMap map = Parse("train: {epochs: 3}");
        map.Set("train.epochs", "5");
        map.Set("model.fusion.type", "sum");
        map.Set("method", "{name: mla, mode: fixed}");
        Assert.Equal(5, map.Map("train")!.Integer("epochs", 0));
        Assert.Equal("sum", map.Map("model")!.Map("fusion")!.Text("type"));
        Assert.Equal("fixed", map.Map("method")!.Text("mode"));
        _problems.ThrowIfAny();
    }

    [Fact]
    public void SettingThroughAValueIsAProblem()
    {
        Parse("data: digits").Set("data.path", "x");
        Assert.Contains("data is no mapping", Assert.Throws<ProblemException>(_problems.ThrowIfAny).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [1, 2")]
    [InlineData("a: 1\na: 2")]
    [InlineData("- 1\n- 2")]
    [InlineData("just text")]
    [InlineData("a: *nobody")]
    [InlineData("? [a, b]\n: 1")]
    [InlineData("a: {? {b: 1} : 2}")]
    [InlineData("\u0001")]
    public void WhatIsNoMappingIsOneProblem(string text)
    {
        YamlMap map = Parse(text);
        map.RejectUnknown();
        Assert.Single(Assert.Throws<ProblemException>(_problems.ThrowIfAny).Problems);
    }

    [Fact]
    public void DeepNestingIsRefusedBeforeItExhaustsTheStack()
    {
        Parse("a: " + new string('[', 50_000) + new string(']', 50_000));
        Assert.Single(Assert.Throws<ProblemException>(_problems.ThrowIfAny).Problems);
    }

    [Fact]
    public void AliasesThatMultiplyAreRefusedBeforeTheyDo()
    {
        string laughs = string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat(i == 1 ? "ha" : $"*a{i - 1}", 9))}]\n"));
        Parse(laughs);
        Assert.Contains("aliases repeat more than 10000 values", Assert.Single(Assert.Throws<ProblemException>(_problems.ThrowIfAny).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("a: &a {b: {c: [1, *a]}}")]
    public void AnAliasOfItselfIsRefused(string text)
    {
        Parse(text);
        Assert.Contains("*a contains itself", Assert.Single(Assert.Throws<ProblemException>(_problems.ThrowIfAny).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void AFewAliasesAreWhatTheyName()
    {
        YamlMap map = Parse("n: &n {b: [1, 2]}\na: *n\nb: *n");
        Assert.Equal([1, 2], map.Map("b")!.Numbers("b")!);
        Assert.Equal("{\"n\":{\"b\":[1,2]},\"a\":{\"b\":[1,2]},\"b\":{\"b\":[1,2]}}", map.ToJson().ToJsonString());
    }

    [Fact]
    public void ValuesAreToldOnOneLine()
    {
        Parse("a: \"x\\ny\\e[2J\"").Choice("a", "b", ["b"]);
        Assert.DoesNotContain(Assert.Single(Assert.Throws<ProblemException>(_problems.ThrowIfAny).Problems), char.IsControl);
    }

    [Fact]
    public void ARightTypeInAWrongPlaceIsAProblemAndGivesTheFallback()
    {
        YamlMap map = Parse("a: {b: 1}\nc: 1\nd: [x]");
        Assert.Equal(9, map.Integer("a", 9));
        Assert.Null(map.Map("c"));
        Assert.Null(map.Integers("d"));
        Assert.Equal(3, Assert.Throws<ProblemException>(_problems.ThrowIfAny).Problems.Count);
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed() =>
        Assert.Contains("nowhere.yaml", Assert.Throws<InvalidFileException>(() => YamlMap.Load("nowhere.yaml", _problems)).Message, StringComparison.Ordinal);

    private YamlMap Parse(string text) => YamlMap.Parse(text, "c.yaml", _problems);
}
