using System.Buffers.Binary;
using System.IO.Compression;

namespace Equipoise.Formats.Tests;

/// <summary>Zips that claim, hide or repeat more than they hold: told in a line before memory is taken.</summary>
public sealed class HostileZipTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;

    public HostileZipTests() => _path = _folder["a.npz"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AMemberThatUnpacksToMoreThanItsShapeIsNotUnpacked()
    {
        byte[] bomb = new byte[64 << 20];
        Npy([3], [1, 2, 3]).CopyTo(bomb, 0);
        Write(("x.npy", bomb));
        Refused("more or fewer bytes than its shape");
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public void AShapeOfMoreThanTheMemberHoldsTakesNoMemory(long size)
    {
        Write(("x.npy", Npy([size], [1, 2, 3])));
        Refused("more or fewer bytes|larger than 2 GiB");
    }

    [Fact]
    public void ALengthThatDeflatingCannotReachIsRefused()
    {
        Write(("x.npy", Npy([1 << 28], [1, 2, 3])));
        Edit(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Directory(bytes) + 24), (1 << 30) + 128));
        Refused("which cannot be");
    }

    [Fact]
    public void AMemberIsUnpackedNoFurtherThanItsLength()
    {
        byte[] bomb = new byte[64 << 20];
        Npy([3], [1, 2, 3]).CopyTo(bomb, 0);
        Write(("x.npy", bomb));
        Edit(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Directory(bytes) + 24), Npy([3], [1, 2, 3]).Length));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([1, 2, 3], Npz.Read(_path)["x"].As<float>().ToArray());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void MembersThatLieOverEachOtherAreRefused()
    {
        Write(("x.npy", Npy([100_000], new float[100_000])));
        Double("y.npy");
        Refused("lie over each other");
    }

    [Fact]
    public void TwoMembersOfOneNameAreRefused()
    {
        Write(("x.npy", Npy([1], [1])), ("x.npy", Npy([1], [2])));
        Refused("holds two arrays named x");
        Write(("x.npy", Npy([1], [1])), ("x", Npy([1], [2])));
        Refused("holds two arrays named x");
    }

    [Theory]
    [InlineData("a\nb\u001b[31m.npy")]
    [InlineData("../../../etc/x\r.npy")]
    [InlineData("/etc/x\u2028.npy")]
    public void ANameIsToldOnOneLineAndLeadsNowhere(string name)
    {
        Write((name, [1, 2, 3]));
        Refused("is not a .npy file");
        Write((name, Npy([1], [7])));
        Assert.Equal(7, Assert.Single(Npz.Read(_path)).Value.As<float>()[0]);
        Assert.Equal([_path], System.IO.Directory.GetFileSystemEntries(_folder.Path));
    }

    private static byte[] Npy(long[] shape, float[] values) => [.. NpyHeader.Write(ElementType.Float32, shape), .. NdArray.From<float>(values, values.Length).Data];

    private void Write(params (string Name, byte[] Bytes)[] members)
    {
        using FileStream file = File.Create(_path);
        using ZipArchive zip = new(file, ZipArchiveMode.Create);
        foreach (var (name, bytes) in members)
        {
            using Stream stream = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
            stream.Write(bytes);
        }
    }

    private void Edit(Action<byte[]> edit)
    {
        byte[] bytes = File.ReadAllBytes(_path);
        edit(bytes);
        File.WriteAllBytes(_path, bytes);
    }

    /// <summary>Enters the only member a second time, under another name of the same length.</summary>
    private void Double(string name)
    {
        byte[] bytes = File.ReadAllBytes(_path);
        int directory = Directory(bytes), end = bytes.Length - 22;
        byte[] entry = bytes[directory..end], tail = bytes[end..];
        byte[] again = [.. entry];
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(again, 46);
        (tail[8], tail[10]) = (2, 2);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(12), 2 * entry.Length);
        File.WriteAllBytes(_path, [.. bytes[..end], .. again, .. tail]);
    }

    private static int Directory(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 6));

    private void Refused(string expected)
    {
        string told = Fuzz.Refused(_path, () => Npz.Read(_path), typeof(InvalidFileException));
        Assert.Contains(expected.Split('|'), part => told.Contains(part, StringComparison.Ordinal));
    }
}
