using Equipoise.Data;
using Equipoise.Training;

namespace Equipoise.Tests.Training;

/// <summary>A run's folder: new ones, replaced ones, and those that a run which cannot begin leaves as they were.</summary>
public sealed class RunFolderTests : IDisposable
{
    private static readonly (string, string) TooLittle = ("train.memory", "0.01MiB");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnOlderRunIsReplacedWhole()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Runs.Train(pack, _folder["fresh"], "mla");
        Runs.Train(pack, _folder["run"], "joint", ("train.epochs", "6"));
        Assert.Contains("exists already", Assert.Throws<ProblemException>(() => Runs.Train(pack, _folder["run"], "mla")).Message, StringComparison.Ordinal);
        Runs.Replace(pack, _folder["run"], "mla");
        Assert.Equal(Runs.Weights(_folder["fresh"]), Runs.Weights(_folder["run"]));
        Assert.Equal(File.ReadLines(_folder["fresh/log.jsonl"]).Count(), File.ReadLines(_folder["run/log.jsonl"]).Count());
    }

    [Fact]
    public void AnOlderRunStaysWhereTheNewOneCannotBegin()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Runs.Train(pack, _folder["run"], "joint");
        Dictionary<string, byte[]> before = Files();
        Assert.Throws<ProblemException>(() => Runs.Replace(pack, _folder["run"], "joint", TooLittle));
        Assert.Throws<ProblemException>(() => Runs.Replace(pack, _folder["run"], "joint", ("train.device", "cuda:99")));
        Assert.Equal(before, Files());
        Dictionary<string, byte[]> Files() => Directory.GetFiles(_folder["run"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(path => path, File.ReadAllBytes);
    }

    [Fact]
    public void ARunThatCannotBeginLeavesNoFolder()
    {
        string pack = SmallPack.Make(_folder["pack"]);
        Assert.Throws<ProblemException>(() => Runs.Train(pack, _folder["run"], "joint", TooLittle));
        Assert.False(Directory.Exists(_folder["run"]));
        Directory.CreateDirectory(_folder["mine"]);
        Assert.Throws<ProblemException>(() => Runs.Train(pack, _folder["mine"], "joint", TooLittle));
        Assert.True(Directory.Exists(_folder["mine"])); // It was there before.
        Runs.Train(pack, _folder["mine"], "joint");
    }
}
