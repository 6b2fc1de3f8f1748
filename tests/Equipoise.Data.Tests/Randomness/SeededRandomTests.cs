using System.Globalization;

namespace Equipoise.Data.Tests;

public class SeededRandomTests
{
    private const string Reference = """
        import hashlib, struct, sys
        M = (1 << 64) - 1
        rotl = lambda x, k: ((x << k) | (x >> (64 - k))) & M
        seed, s = int(sys.argv[1]), []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & M
            z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & M
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M
            s.append(z ^ (z >> 31))
        for _ in range(20):
            print((rotl((s[1] * 5) & M, 7) * 9) & M)
            t = (s[1] << 17) & M
            s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = rotl(s[3], 45)
        data = struct.pack('<Qqq', int(sys.argv[1]), 3, -7) + b'order'
        print(int.from_bytes(hashlib.sha256(data).digest()[:8], 'little'))
        """;

    [Theory]
    [InlineData(0UL)]
    [InlineData(42UL)]
    [InlineData(ulong.MaxValue)]
    public void BitsAndStreamsAreThoseOfAnIndependentProgram(ulong seed)
    {
        string[] expected = PythonOracle.Run(Reference, seed.ToString(CultureInfo.InvariantCulture)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        SeededRandom random = new(seed);
        string[] got = [.. Enumerable.Range(0, 20).Select(_ => $"{random.NextULong()}"), $"{SeedStream.Derive(seed, "order", 3, -7)}"];
        Assert.Equal(expected, got);
    }

    [Fact]
    public void StreamsDifferByNameAndCounter()
    {
        ulong[] seeds = [SeedStream.Derive(1, "order", 0), SeedStream.Derive(1, "order", 1), SeedStream.Derive(1, "augment", 0), SeedStream.Derive(2, "order", 0)];
        Assert.Equal(4, seeds.Distinct().Count());
    }

    [Fact]
    public void WholeNumbersStayInRangeAndReachAllOfIt()
    {
        SeededRandom random = new(5);
        int[] counts = new int[7];
        for (int i = 0; i < 7000; i++) counts[random.Next(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void GaussiansHaveMeanZeroAndVarianceOne()
    {
        SeededRandom random = new(6);
        double[] values = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextGaussian())];
        Assert.InRange(values.Average(), -0.03, 0.03);
        Assert.InRange(values.Average(value => value * value), 0.95, 1.05);
    }

    [Fact]
    public void ShufflingKeepsEveryItem()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new SeededRandom(7).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
