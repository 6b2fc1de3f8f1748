using System.IO.Compression;

namespace Equipoise.Formats.Tests;

/// <summary>Hostile files of PyTorch: refused in one line, nothing executed, no more memory than the file is large.</summary>
public sealed class TorchAttackTests : IDisposable
{
    private const string Print = "cos\nsystem\nX\u000a\0\0\0touch /tmp\u0085R";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cos\nsystem\nX\u0006\0\0\0rm -rf\u0085R", "os.system")]
    [InlineData("c__builtin__\neval\nX\u0003\0\0\01+1\u0085R", "__builtin__.eval")]
    [InlineData("cposix\nsystem\nX\u0001\0\0\0a\u0085R", "posix.system")]
    [InlineData("\u008c\u0008builtins\u008c\u0004exec\u0093X\u0001\0\0\0a\u0085R", "builtins.exec")]
    [InlineData("ctorch.hub\nload\n)R", "torch.hub.load")]
    [InlineData("(ios\nsystem\nX\u0001\0\0\0a", "0x69")]
    [InlineData("(cos\nsystem\nX\u0001\0\0\0ao", "os.system")]
    [InlineData("cos\nsystem\n)\u0081}b", "os.system")]
    public void CodeIsRefusedByItsName(string value, string name)
    {
        foreach (string path in Both(TorchFiles.Dict(value))) Assert.Contains(name, Refused(path), StringComparison.Ordinal);
    }

    [Fact]
    public void AKnownNameIsNotCalledEither()
    {
        foreach (string path in Both(TorchFiles.Dict(TorchFiles.Tensor()).Replace("s.", "sX\u0001\0\0\0yc__builtin__\nint\n" + "X\u0002\0\0\012\u0085Rs.", StringComparison.Ordinal)))
            using (TorchReader file = TorchReader.Open(path)) Assert.Equal(["x"], file.Names);
        Assert.Contains("os.system", Refused(Both(TorchFiles.Dict($"ccollections\nOrderedDict\n]{Print}a\u0085R"))[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K\u0006", "K\0", "(K\u0002K\u0003t", "(K\u0004K\u0001t")] // one stride too far
    [InlineData("K\u0006", "K\u0001", "(K\u0002K\u0003t", "(K\u0003K\u0001t")] // one element too far
    [InlineData("K\u0006", "K\0", "(K\u0007t", "(K\0t")] // more elements than there are
    [InlineData("K\u0006", "J\u00ff\u00ff\u00ff\u00ff", "(K\u0002t", "(K\u0001t")] // before the first
    [InlineData("K\u0006", "K\0", "(K\u0002t", "(J\u00ff\u00ff\u00ff\u00fft")] // backwards
    [InlineData("K\u0006", "K\0", "(J\u00ff\u00ff\u00ff\u00fft", "(K\u0001t")] // a negative size
    [InlineData("K\u0006", "K\0", "(K\u0002K\u0003t", "(K\u0003t")] // too few strides
    [InlineData("K\u0006", "K\0", "(\u008a\u0008\0\0\0\0\0\0\0@K\u0004t", "(K\u0001K\u0001t")] // 2^64 elements
    [InlineData("\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", "K\0", "(K\u0002t", "(K\u0001t")] // a storage of 2^63 elements
    [InlineData("\u008a\u0008\0\0\0\0\0\0\0\u0080", "K\0", "(K\u0002t", "(K\u0001t")] // of −2^63
    [InlineData("\u008a\u000a\0\0\0\0\0\0\0\0\u0001\0", "K\0", "(K\u0002t", "(K\u0001t")] // beyond 64 bits
    [InlineData("K\u0007", "K\0", "(K\u0002t", "(K\u0001t")] // of one element more than there are
    [InlineData("K\u0006", "K\0", "(X\u0001\0\0\0at", "(K\u0001t")] // a size that is a text
    public void AViewBeyondItsStorageIsRefused(string count, string offset, string sizes, string strides)
    {
        foreach (string path in Both(TorchFiles.Dict(TorchFiles.Tensor(count, offset, sizes, strides)))) Refused(path);
    }

    [Theory]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc")] // a text of 4 GiB
    [InlineData("B\u00ff\u00ff\u00ff\u007fabc")] // bytes of 2 GiB
    [InlineData("h\u0007")] // what was never remembered
    [InlineData("r\u00ff\u00ff\u00ff\u00ff0j\u00fe\u00ff\u00ff\u00ff")]
    [InlineData("R")] // nothing to call
    [InlineData("00000")]
    [InlineData("((ttttt")]
    [InlineData("(K\u0001u")]
    [InlineData("Q")]
    [InlineData("X\u0001\0\0\0aQ")]
    [InlineData("c" + "aaaaaaaaaa")]
    public void ABrokenPickleIsRefused(string value)
    {
        foreach (string path in Both(TorchFiles.Dict(value))) Refused(path);
    }

    [Fact]
    public void ALongNameIsRefused() => Refused(Both(TorchFiles.Dict("c" + new string('a', 5000) + "\nb\n"))[0]);

    [Fact]
    public void AListWithinItselfAndATowerOfListsDoNoHarm()
    {
        string self = "]q\u0001h\u0001a0", tower = string.Concat(Enumerable.Repeat("(", 200_000)) + string.Concat(Enumerable.Repeat("t", 200_000)) + "0";
        string bomb = "]q\0" + string.Concat(Enumerable.Range(1, 200).Select(i => $"](h{(char)(i - 1)}h{(char)(i - 1)}h{(char)(i - 1)}h{(char)(i - 1)}eq{(char)i}0")) + "0";
        foreach (string pickle in (string[])[self, tower, bomb])
            foreach (string path in Both($"\u0080\u0002{pickle}}}X\u0001\0\0\0x{TorchFiles.Tensor()}s."))
                using (TorchReader file = TorchReader.Open(path)) Assert.Equal([0f, 1, 2, 3, 4, 5], file.Read("x").As<float>().ToArray());
    }

    [Fact]
    public void APickleOfTooManyInstructionsIsRefused() =>
        Assert.Contains("instructions", Refused(Both("\u0080\u0002" + new string(']', 5_100_000))[1]), StringComparison.Ordinal);

    [Fact]
    public void AZipThatWouldGrowIsRefusedBeforeItDoes()
    {
        using TempFolder folder = new();
        string path = TorchFiles.Zip(folder["bomb.pth"], TorchFiles.Dict(TorchFiles.Tensor("J\0\0\u0010\0", "K\0", "(K\u0002t", "(K\u0001t")), CompressionLevel.Optimal, 1 << 22);
        Assert.Contains("compressed", Refused(path), StringComparison.Ordinal);
    }

    [Fact]
    public void ALyingDirectoryTakesNoMemory()
    {
        using TempFolder folder = new();
        byte[] bytes = File.ReadAllBytes(TorchFiles.Zip(folder["a"], TorchFiles.Dict(TorchFiles.Tensor("J\u00ff\u00ff\u00ff\u001f", "K\0", "(J\u00ff\u00ff\u00ff\u001ft", "(K\u0001t"))));
        int entry = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        foreach (int field in (int[])[20, 24]) BitConverter.GetBytes(0x7ffffffc).CopyTo(bytes, entry + field);
        File.WriteAllBytes(folder["lies"], bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(folder["lies"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void AStorageOfAnotherLengthOrNoneIsRefused()
    {
        using TempFolder folder = new();
        Assert.Contains("24", Refused(TorchFiles.Zip(folder["a"], TorchFiles.Dict(TorchFiles.Tensor("K\u0005", "K\0", "(K\u0002t", "(K\u0001t")))), StringComparison.Ordinal);
        Refused(TorchFiles.Zip(folder["b"], TorchFiles.Dict(TorchFiles.Tensor()), storage: 20));
        Refused(TorchFiles.Zip(folder["c"], TorchFiles.Dict(TorchFiles.Tensor().Replace("X\u0001\0\0\00", "X\u0001\0\0\09", StringComparison.Ordinal))));
        Refused(TorchFiles.Legacy(folder["d"], TorchFiles.Dict(TorchFiles.Tensor()), count: long.MaxValue));
        Refused(TorchFiles.Legacy(folder["e"], TorchFiles.Dict(TorchFiles.Tensor()), count: -1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RandomDamageGivesTensorsOrARefusal(bool zip)
    {
        using TempFolder folder = new();
        string pickle = TorchFiles.Dict(TorchFiles.Tensor());
        byte[] whole = File.ReadAllBytes(zip ? TorchFiles.Zip(folder["whole"], pickle) : TorchFiles.Legacy(folder["whole"], pickle));
        Random random = new(7);
        for (int trial = 0; trial < 4000; trial++)
        {
            byte[] damaged = [.. whole];
            for (int i = random.Next(1, 6); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(folder["damaged"], damaged);
            Exception? error = Record.Exception(() => Read(folder["damaged"]));
            Assert.True(error is null or InvalidFileException, $"trial {trial}: {error}");
            Assert.DoesNotContain('\n', error?.Message ?? "");
        }
    }

    [Fact]
    public void RandomInstructionsGiveTensorsOrARefusal()
    {
        using TempFolder folder = new();
        Random random = new(11);
        string[] pieces = ["(", "]", "}", ")", "t", "\u0085", "\u0086", "\u0087", "a", "e", "s", "u", "0", "q\u0001", "h\u0001", "\u0094", "N", "\u0088", "K\u0003", "J\u00ff\u00ff\u00ff\u00ff", "X\u0001\0\0\0x", "R", "\u0081", "b", "Q", "ccollections\nOrderedDict\n", "ctorch\nFloatStorage\n", "ctorch._utils\n_rebuild_tensor_v2\n", TorchFiles.Tensor(), "."];
        for (int trial = 0; trial < 4000; trial++)
        {
            string pickle = "\u0080\u0002" + string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => pieces[random.Next(pieces.Length)])) + ".";
            Exception? error = Record.Exception(() => Read(TorchFiles.Legacy(folder["random"], pickle)));
            Assert.True(error is null or InvalidFileException, $"trial {trial}: {error}");
        }
    }

    private static void Read(string path)
    {
        using ITensorFile file = TensorFile.Open(path);
        foreach (string name in file.Names) file.Read(name);
    }

    private string[] Both(string pickle)
    {
        File.Delete(_folder["zip"]);
        return [TorchFiles.Zip(_folder["zip"], pickle), TorchFiles.Legacy(_folder["legacy"], pickle)];
    }

    private static string Refused(string path)
    {
        InvalidFileException error = Assert.Throws<InvalidFileException>(() => Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
