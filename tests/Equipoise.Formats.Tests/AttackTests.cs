using System.Text;

namespace Equipoise.Formats.Tests;

/// <summary>Every file is hostile: cut at any byte or filled with nonsense, it is refused by name and nothing else happens.</summary>
public sealed class AttackTests
{
    public static TheoryData<string> Kinds => ["npy", "npz", "safetensors", "pth", "legacy", "wav", "idx"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AFileCutAnywhereIsRefusedByName(string kind)
    {
        using TempFolder folder = new();
        byte[] whole = Make(kind, folder["whole"]);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["cut"], whole[..length]);
            InvalidFileException error = Assert.Throws<InvalidFileException>(() => Open(kind, folder["cut"]));
            Assert.StartsWith(folder["cut"], error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AFlippedByteGivesAnArrayOrARefusal(string kind)
    {
        using TempFolder folder = new();
        byte[] whole = Make(kind, folder["whole"]);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0xFF;
            File.WriteAllBytes(folder["damaged"], damaged);
            Exception? error = Record.Exception(() => Open(kind, folder["damaged"]));
            Assert.True(error is null or InvalidFileException, $"byte {at}: {error}");
        }
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6)]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8)]
    [InlineData("""{"a":{"dtype":"Q9","shape":[1],"data_offsets":[0,4]}}""", 4)]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 12)]
    [InlineData("""{"a":{"dtype":"F32"}}""", 0)]
    [InlineData("""[]""", 0)]
    public void SafetensorsThatContradictThemselvesAreRefused(string head, int dataBytes)
    {
        using TempFolder folder = new();
        byte[] text = Encoding.UTF8.GetBytes(head);
        File.WriteAllBytes(folder["w"], [.. BitConverter.GetBytes((long)text.Length), .. text, .. new byte[dataBytes]]);
        Assert.Throws<InvalidFileException>(() => SafetensorsReader.Open(folder["w"]));
    }

    [Fact]
    public void AnAbsurdHeadIsRefusedBeforeMemoryIsTaken()
    {
        using TempFolder folder = new();
        File.WriteAllBytes(folder["w"], BitConverter.GetBytes(long.MaxValue));
        Assert.Throws<InvalidFileException>(() => SafetensorsReader.Open(folder["w"]));
    }

    [Fact]
    public void SizesInGigabytesAreRefusedBeforeMemoryIsTaken()
    {
        using TempFolder folder = new();
        byte[] idx = [0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0];
        File.WriteAllBytes(folder["a.idx"], idx);
        Assert.Contains("cut or damaged", Fuzz.Refused(folder["a.idx"], () => IdxFile.Read(folder["a.idx"]), typeof(InvalidFileException)), StringComparison.Ordinal);
        using (Stream gzip = new System.IO.Compression.GZipStream(File.Create(folder["b.idx"]), System.IO.Compression.CompressionLevel.Fastest)) gzip.Write(idx);
        Assert.Contains("which cannot be", Fuzz.Refused(folder["b.idx"], () => IdxFile.Read(folder["b.idx"]), typeof(InvalidFileException)), StringComparison.Ordinal);
        File.WriteAllBytes(folder["c.npy"], NpyHeader.Write(ElementType.Float64, [1L << 40]));
        Assert.Contains("asks for", Fuzz.Refused(folder["c.npy"], () => NpyReader.Open(folder["c.npy"]), typeof(InvalidFileException)), StringComparison.Ordinal);
        byte[] wav = Make("wav", folder["d.wav"]);
        BitConverter.GetBytes(int.MaxValue).CopyTo(wav, 40);
        File.WriteAllBytes(folder["d.wav"], wav);
        Assert.Contains("is cut", Fuzz.Refused(folder["d.wav"], () => WavFile.Read(folder["d.wav"]), typeof(InvalidFileException)), StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsTooLargeOrHasNoEndIsNotReadWhole()
    {
        using TempFolder folder = new();
        using (FileStream large = File.Create(folder["large"])) large.SetLength(3L << 30);
        Assert.Contains("larger than 2047 MiB", Fuzz.Refused(folder["large"], () => WavFile.Read(folder["large"]), typeof(InvalidFileException)), StringComparison.Ordinal);
        Assert.Contains("larger than 512 MiB", Fuzz.Refused(folder["large"], () => WholeFile.Read(folder["large"]), typeof(InvalidFileException)), StringComparison.Ordinal);
        File.CreateSymbolicLink(folder["endless"], "/dev/zero");
        Assert.Contains("no file that ends", Fuzz.Refused(folder["endless"], () => WholeFile.Read(folder["endless"]), typeof(InvalidFileException)), StringComparison.Ordinal);
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        Assert.Throws<InvalidFileException>(() => WholeFile.Read(folder["loop"]));
        Assert.Throws<InvalidFileException>(() => Deflated.Check("a", 1L << 60, 1L << 59));
    }

    private static byte[] Make(string kind, string path)
    {
        NdArray array = NdArray.From<float>([1, 2, 3], 3);
        switch (kind)
        {
            case "npy": NpyWriter.Write(path, array); break;
            case "npz": Npz.Write(path, new Dictionary<string, NdArray> { ["x"] = array }); break;
            case "safetensors": SafetensorsWriter.Write(path, [new("x", array)]); break;
            case "pth": TorchWriter.Write(path, [new("x", array)]); break;
            case "legacy": TorchFiles.Legacy(path, TorchFiles.Dict(TorchFiles.Tensor())); break;
            case "wav": WavFile.Write(path, new WavAudio(8000, 1, [1, 2, 3])); break;
            default: File.WriteAllBytes(path, [0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]); break;
        }
        return File.ReadAllBytes(path);
    }

    private static void Open(string kind, string path)
    {
        switch (kind)
        {
            case "npy": using (NpyReader reader = NpyReader.Open(path)) reader.ReadAll(); break;
            case "npz": Npz.Read(path); break;
            case "safetensors": using (SafetensorsReader reader = SafetensorsReader.Open(path)) foreach (string name in reader.Names) reader.Read(name); break;
            case "pth" or "legacy": using (TorchReader reader = TorchReader.Open(path)) foreach (string name in reader.Names) reader.Read(name); break;
            case "wav": WavFile.Read(path); break;
            default: IdxFile.Read(path); break;
        }
    }
}
