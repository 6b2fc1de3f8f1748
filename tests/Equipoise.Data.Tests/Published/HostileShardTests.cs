using Equipoise.Data.Published;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Published;

/// <summary>Shards that lie about their sizes and names, or hold what is no file: nothing is written elsewhere, and no memory is taken on their word.</summary>
public sealed class HostileShardTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public HostileShardTests()
    {
        Directory.CreateDirectory(_folder["root"]);
        Tar.Write(_folder["root/test.tar"], [.. Enumerable.Range(0, 4).SelectMany(i => Tar.Sample($"t{i}", $"{i % 2}"))]);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jpg", '0', "77777777777\0")]
    [InlineData("a.jpg", '0', "\u007F\u007F\u007F\u007F")]
    [InlineData("a.txt", '0', "07777777777\0")]
    [InlineData("a.txt", '0', "nonsense")]
    [InlineData("././@LongLink", 'L', "07777777777\0")]
    [InlineData("././@LongLink", 'K', "17777777777\0")]
    [InlineData("./PaxHeaders/a", 'x', "07777777777\0")]
    [InlineData("pax_global_header", 'g', "07777777777\0")]
    public void ASizeThatTheShardDoesNotHoldIsRefused(string name, char type, string size)
    {
        Train(new Tar.Entry(name, [1, 2, 3], type, size));
        Assert.Contains("train.tar", Fuzz.Refused(_folder["root/train.tar"], () => Make(), typeof(InvalidFileException)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["set"]));
    }

    [Theory]
    [InlineData("../../../climbs")]
    [InlineData("/absolute")]
    [InlineData("a/../../b")]
    [InlineData("..")]
    [InlineData("line\nbreak\u001b[2J")]
    public void ANameDecidesNothingAboutPlaces(string key)
    {
        Train([.. Tar.Sample(key, "1"), .. Tar.Sample(key, "1")]);
        ManifestResult result = Make();
        Assert.InRange(result.Samples.Values.Sum(), 12, 13);
        Assert.All(Directory.GetFiles(_folder["set/media"]), file => Assert.Matches(@"^(train|test|val)-\d{8}\.jpg$", Path.GetFileName(file)));
        Assert.Equal(["root", "set"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('5')]
    [InlineData('6')]
    public void LinksFoldersAndDevicesAreNotFollowed(char type)
    {
        Train(new Tar.Entry("secret.txt", [], type, Link: "/etc/passwd"));
        Assert.Equal(12, Make().Samples.Values.Sum());
        Assert.DoesNotContain("root:", File.ReadAllText(_folder["set/manifest.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ACutShardIsRefusedWhereverItIsCut()
    {
        Train();
        byte[] whole = File.ReadAllBytes(_folder["root/train.tar"]);
        for (int length = 100; length < whole.Length - 1024; length += 256)
        {
            File.WriteAllBytes(_folder["root/train.tar"], whole[..length]);
            Fuzz.Refused(_folder["root/train.tar"], () => Make(), typeof(InvalidFileException), typeof(ProblemException));
        }
    }

    private void Train(params Tar.Entry[] more) => Tar.Write(_folder["root/train.tar"], [.. Enumerable.Range(0, 8).SelectMany(i => Tar.Sample($"k{i}", $"{i % 2}")), .. more]);

    private ManifestResult Make() => ManifestMaker.Make("webdataset", _folder["root"], _folder["set"]);
}
