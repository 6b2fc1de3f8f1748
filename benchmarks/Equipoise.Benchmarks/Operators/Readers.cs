using BenchmarkDotNet.Attributes;
using Equipoise.Formats;

namespace Equipoise.Benchmarks;

/// <summary>The readers of files: one sample's row of an array, a whole checkpoint, three seconds of sound.</summary>
public class Readers
{
    private readonly string _folder = Directory.CreateTempSubdirectory("equipoise-readers").FullName;
    private readonly byte[] _row = new byte[257 * 188 * sizeof(float)];
    private NpyReader _rows = null!;
    private int _next;

    private string Weights => Path.Combine(_folder, "weights.safetensors");

    private string Sound => Path.Combine(_folder, "sound.wav");

    /// <summary>Writes the files.</summary>
    [GlobalSetup]
    public void Setup()
    {
        NpyWriter.Write(Path.Combine(_folder, "rows.npy"), NdArray.From(new float[64 * 257 * 188], 64, 1, 257, 188));
        SafetensorsWriter.Write(Weights, Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"layer{i}.weight", NdArray.From(new float[512 * 512], 512, 512))));
        WavFile.Write(Sound, new WavAudio(22050, 1, new short[3 * 22050]));
        _rows = NpyReader.Open(Path.Combine(_folder, "rows.npy"));
    }

    /// <summary>Removes them.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _rows.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A row of 1×257×188 numbers out of an .npy, into memory that is there.</summary>
    [Benchmark]
    public void NpyRow() => _rows.ReadRow(_next++ % 64, _row);

    /// <summary>Twenty matrices of 512×512 out of a .safetensors.</summary>
    [Benchmark]
    public int SafetensorsFile()
    {
        using SafetensorsReader reader = SafetensorsReader.Open(Weights);
        return reader.Names.Sum(name => reader.Read(name).Data.Length);
    }

    /// <summary>Three seconds of sound at 22,050 Hz out of a .wav.</summary>
    [Benchmark]
    public int WavSound() => WavFile.Read(Sound).SampleRate;
}
