
namespace Equipoise.Formats.Tests;

/// <summary>What is written is read back, here and by numpy; what is damaged is refused in one line.</summary>
public sealed class RoundTripTests
{
    private static NdArray Sample => NdArray.From<float>([1.5f, -2, 3, 4, 5, 6], 3, 2);

    [Fact]
    public void NumpyReadsWhatTheStreamingWriterWrote()
    {
        using TempFolder folder = new();
        using (NpyWriter writer = new(folder["a.npy"], ElementType.Float32, [2]))
        {
            writer.Append(Sample.Row(0));
            writer.Append(Sample.Data.AsSpan(8));
            writer.Complete();
        }
        string seen = PythonOracle.Run("import numpy,sys; a=numpy.load(sys.argv[1],mmap_mode='r'); print(a.dtype,a.shape,a.tolist())", folder["a.npy"]);
        Assert.Equal("float32 (3, 2) [[1.5, -2.0], [3.0, 4.0], [5.0, 6.0]]", seen.Trim());
        using NpyReader reader = NpyReader.Open(folder["a.npy"]);
        byte[] row = new byte[8];
        reader.ReadRow(1, row);
        Assert.Equal(Sample.Row(1).ToArray(), row);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void AWriterThatDoesNotCompleteLeavesNothing()
    {
        using TempFolder folder = new();
        using (NpyWriter writer = new(folder["a.npy"], ElementType.Float32, [2])) writer.Append(Sample.Data);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void ArraysOfNumpyAreReadInEveryType()
    {
        using TempFolder folder = new();
        PythonOracle.Run("""
            import numpy, sys
            numpy.savez(sys.argv[1], b=numpy.array([True, False]), u1=numpy.arange(3, dtype='u1'), i8=numpy.array([[-5]], dtype='i8'),
                        f8=numpy.array(2.5), text=numpy.array(['a', 'b']))
            """, folder["a.npz"]);
        List<string> ignored = [];
        var arrays = Npz.Read(folder["a.npz"], ignored);
        Assert.Equal(["text"], ignored);
        Assert.Equal([true, false], arrays["b"].As<bool>().ToArray());
        Assert.Equal([0, 1, 2], arrays["u1"].As<byte>().ToArray());
        Assert.Equal(-5, arrays["i8"].As<long>()[0]);
        Assert.Equal(2.5, arrays["f8"].As<double>()[0]);
        Assert.Throws<InvalidFileException>(() => Npz.Read(folder["a.npz"]));
    }

    [Fact]
    public void NumpyReadsOurNpz()
    {
        using TempFolder folder = new();
        Npz.Write(folder["a.npz"], new Dictionary<string, NdArray> { ["x"] = Sample });
        Assert.Equal("[1.5, -2.0]", PythonOracle.Run("import numpy,sys; print(numpy.load(sys.argv[1])['x'][0].tolist())", folder["a.npz"]).Trim());
    }

    [Fact]
    public void SafetensorsRoundTrip()
    {
        using TempFolder folder = new();
        KeyValuePair<string, NdArray>[] tensors = [new("b", Sample), new("a", NdArray.From<long>([7], [])), new("none", NdArray.From<float>([], 0, 4))];
        SafetensorsWriter.Write(folder["w.safetensors"], tensors, new Dictionary<string, string> { ["note"] = "ü" });
        using SafetensorsReader reader = SafetensorsReader.Open(folder["w.safetensors"]);
        Assert.Equal(Sample.Data, reader.Read("b").Data);
        Assert.Equal(7, reader.Read("a").As<long>()[0]);
        Assert.Equal([0, 4], reader.Read("none").Shape);
        Assert.Equal("ü", reader.Metadata["note"]);
        Assert.Throws<InvalidFileException>(() => reader.Read("c"));
    }

    [Fact]
    public void RecordedTracesAreReadable()
    {
        using SafetensorsReader reader = SafetensorsReader.Open(Repository.Path("tests/golden/qmf/batches.safetensors"));
        Assert.True(reader.Contains("step0.label"));
    }

    [Fact]
    public void WavRoundTrip()
    {
        using TempFolder folder = new();
        WavFile.Write(folder["a.wav"], new WavAudio(8000, 1, [1, -2, short.MaxValue]));
        WavAudio audio = WavFile.Read(folder["a.wav"]);
        Assert.Equal((8000, 1), (audio.SampleRate, audio.Channels));
        Assert.Equal([1, -2, short.MaxValue], audio.Samples);
    }

    [Fact]
    public void MnistIsReadFromItsOwnFiles()
    {
        NdArray images = IdxFile.Read(Repository.Shared("data/mnist/t10k-images-idx3-ubyte.gz"));
        Assert.Equal([10000, 28, 28], images.Shape);
        Assert.Equal(ElementType.UInt8, images.Type);
    }
}
