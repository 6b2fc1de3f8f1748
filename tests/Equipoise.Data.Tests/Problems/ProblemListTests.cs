namespace Equipoise.Data.Tests;

public class ProblemListTests
{
    [Fact]
    public void TellsEveryProblemOnALineOfItsOwn()
    {
        ProblemList problems = new();
        problems.Add("a.yaml:3 train.epochs", "is 'x'", "write a whole number");
        problems.Add("b.npz", "is cut", "");
        var error = Assert.Throws<ProblemException>(problems.ThrowIfAny);
        Assert.Equal(["a.yaml:3 train.epochs: is 'x'; write a whole number", "b.npz: is cut"], error.Problems);
    }

    [Fact]
    public void PastTwentyTellsOnlyTheNumber()
    {
        ProblemList problems = new();
        for (int i = 0; i < 25; i++) problems.Add($"row {i}", "is bad", "");
        var error = Assert.Throws<ProblemException>(problems.ThrowIfAny);
        Assert.Equal(21, error.Problems.Count);
        Assert.Contains("5 more", error.Problems[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutProblemsNothingHappens()
    {
        ProblemList problems = new();
        problems.ThrowIfAny();
        Assert.Equal(0, problems.Count);
    }
}
