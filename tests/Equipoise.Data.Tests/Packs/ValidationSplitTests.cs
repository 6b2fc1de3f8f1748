namespace Equipoise.Data.Tests.Packs;

public class ValidationSplitTests
{
    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(2UL)]
    public void GroupsStayWholeAndEveryClassComesWithinOneGroupOfItsShare(ulong seed)
    {
        SeededRandom random = new(seed);
        string[] groups = [.. Enumerable.Range(0, 2000).Select(_ => $"speaker {random.Next(200)}")];
        long[] labels = [.. groups.Select(group => (long)group.Length % 2 + 2 * random.Next(3))];
        bool[] val = ValidationSplit.Cut(labels, groups, 0.1, seed);
        Assert.Empty(groups.Where((_, i) => val[i]).Intersect(groups.Where((_, i) => !val[i])));
        Assert.InRange(val.Count(chosen => chosen), 180, 220);
        foreach (long label in labels.Distinct())
        {
            int[] members = [.. Enumerable.Range(0, 2000).Where(i => labels[i] == label)];
            int largest = members.CountBy(i => groups[i]).Max(pair => pair.Value); // Whole groups cannot come nearer for sure.
            Assert.InRange(members.Count(i => val[i]), members.Length * 0.1 - largest, members.Length * 0.1 + largest);
        }
    }

    [Fact]
    public void ClassesOfTheirOwnGroupsAreAllInVal()
    {
        long[] labels = [.. Enumerable.Range(0, 400).Select(i => (long)(i % 4))];
        string[] groups = [.. labels.Select((label, i) => $"{label}/{i / 4 % 10}")];
        bool[] val = ValidationSplit.Cut(labels, groups, 0.1, 9);
        Assert.Equal([0, 1, 2, 3], labels.Where((_, i) => val[i]).Distinct().Order());
        Assert.Equal(40, val.Count(chosen => chosen));
    }

    [Fact]
    public void OfTwoLargeGroupsTheSmallerGoesToVal() =>
        Assert.Equal(4, ValidationSplit.Cut(new long[10], [.. Enumerable.Range(0, 10).Select(i => i < 6 ? "a" : "b")], 0.1, 0).Count(chosen => chosen));

    [Fact]
    public void EvenOneSampleOfEachClassLeavesAValidationPart() =>
        Assert.Equal(1, ValidationSplit.Cut([0, 1, 2], null, 0.1, 0).Count(chosen => chosen));

    [Fact]
    public void TheSeedDecides()
    {
        long[] labels = [.. Enumerable.Range(0, 100).Select(i => (long)(i % 2))];
        Assert.Equal(ValidationSplit.Cut(labels, null, 0.1, 4), ValidationSplit.Cut(labels, null, 0.1, 4));
        Assert.NotEqual(ValidationSplit.Cut(labels, null, 0.1, 4), ValidationSplit.Cut(labels, null, 0.1, 5));
    }
}
