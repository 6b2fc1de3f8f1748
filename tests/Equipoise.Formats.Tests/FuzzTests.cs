using System.IO.Compression;

namespace Equipoise.Formats.Tests;

/// <summary>Hundreds of damaged files of each format: an array or a refusal in one line, and no memory that the file does not justify.</summary>
public sealed class FuzzTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Npy()
    {
        NpyWriter.Write(_folder["a.npy"], Array);
        Run("a.npy", path =>
        {
            using NpyReader reader = NpyReader.Open(path);
            reader.ReadAll();
        });
    }

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.NoCompression)]
    public void Zip(CompressionLevel level)
    {
        NpyWriter.Write(_folder["a.npy"], Array);
        using (ZipArchive zip = ZipFile.Open(_folder["a.npz"], ZipArchiveMode.Create))
            foreach (string name in (string[])["x.npy", "y.npy"]) zip.CreateEntryFromFile(_folder["a.npy"], name, level);
        Run("a.npz", path => Npz.Read(path));
    }

    [Fact]
    public void Safetensors()
    {
        SafetensorsWriter.Write(_folder["a"], [new("x", Array), new("y", NdArray.From<long>([1], []))], new Dictionary<string, string> { ["note"] = "n" });
        Run("a", path =>
        {
            using SafetensorsReader reader = SafetensorsReader.Open(path);
            foreach (string name in reader.Names) reader.Read(name);
        });
    }

    [Fact]
    public void PyTorch()
    {
        TorchWriter.Write(_folder["a.pt"], [new("x", Array), new("y", NdArray.From<long>([1], []))]);
        Run("a.pt", path =>
        {
            using ITensorFile file = TensorFile.Open(path);
            foreach (string name in file.Names) file.Read(name);
        });
    }

    [Fact]
    public void Shard()
    {
        byte[] block = new byte[512];
        "a.txt"u8.CopyTo(block);
        "00000000010\0"u8.CopyTo(block.AsSpan(124));
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        block[156] = (byte)'0';
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(block.Sum(value => value) + 8 * ' ', 8).PadLeft(6, '0') + "\0 ").CopyTo(block, 148);
        File.WriteAllBytes(_folder["a.tar"], [.. block, .. new byte[512], .. block, .. new byte[512], .. new byte[1024]]);
        Run("a.tar", path =>
        {
            foreach (TarMember member in TarFile.Members(path)) member.Read(100);
        });
    }

    [Fact]
    public void Wav()
    {
        WavFile.Write(_folder["a.wav"], new WavAudio(8000, 2, [1, 2, 3, 4]));
        Run("a.wav", path => WavFile.Read(path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Idx(bool gzipped)
    {
        byte[] plain = [0, 0, 0x0D, 2, 0, 0, 0, 2, 0, 0, 0, 3, .. new byte[24]];
        using (FileStream file = File.Create(_folder["a.idx"]))
        using (Stream stream = gzipped ? new GZipStream(file, CompressionLevel.Fastest) : file)
            stream.Write(plain);
        Run("a.idx", path => IdxFile.Read(path));
    }

    private static NdArray Array => NdArray.From<float>([1, 2, 3, 4, 5, 6], 2, 3);

    private void Run(string name, Action<string> read) => Fuzz.Read(_folder[name], () => read(_folder[name]), [typeof(InvalidFileException)], count: 600);
}
