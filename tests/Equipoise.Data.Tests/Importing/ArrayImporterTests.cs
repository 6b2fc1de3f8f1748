using System.Buffers.Binary;
using System.Globalization;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Importing;

public sealed class ArrayImporterTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, NdArray> _arrays = new()
    {
        ["grey"] = new NdArray(ElementType.UInt8, [20, 4, 4], [.. Enumerable.Range(0, 320).Select(i => (byte)i)]),
        ["vector"] = NdArray.From<float>([.. Enumerable.Range(0, 60).Select(i => (float)i)], 20, 3),
        ["label"] = NdArray.From<long>([.. Enumerable.Range(0, 20).Select(i => (long)(i % 2))], 20),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EverySampleArrivesOnceWithItsLabel()
    {
        Import();
        using Pack pack = Pack.Open(_folder["pack"]);
        Assert.Equal(["0", "1"], pack.Classes);
        Assert.Equal([ModalityKind.Image, ModalityKind.Features], pack.Modalities.Select(modality => modality.Kind));
        Assert.Equal((18, 2, 20), (pack.Splits["train"], pack.Splits["val"], pack.Splits["test"]));
        Assert.Contains("10 % of train", pack.Manifest["source"]!["validation"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(20, pack.Split("train").Ids.Concat(pack.Split("val").Ids).Distinct().Count());
        foreach (PackSplit split in new[] { pack.Split("train"), pack.Split("val") })
        {
            byte[] row = new byte[12];
            for (int i = 0; i < split.Count; i++)
            {
                int original = int.Parse(split.Ids[i]["train-".Length..], CultureInfo.InvariantCulture);
                split.ReadRow("vector", i, row);
                Assert.Equal(3f * original, BitConverter.ToSingle(row));
                Assert.Equal(original % 2, split.Labels[i]);
            }
        }
    }

    [Fact]
    public void SafetensorsAndIdxGiveTheSameSamples()
    {
        SafetensorsWriter.Write(_folder["a.safetensors"], _arrays);
        WriteIdx(_folder["images"], [20, 4, 4], _arrays["grey"].Data);
        WriteIdx(_folder["labels"], [20], [.. _arrays["label"].As<long>().ToArray().Select(value => (byte)value)]);
        string one = _folder["a.safetensors"], pair = $"{_folder["images"]},{_folder["labels"]}";
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = one, ["test"] = one }, [("grey", null)], _folder["one"]);
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = pair, ["test"] = pair }, null, _folder["two"]);
        Assert.Equal(File.ReadAllBytes(_folder["one/train.grey.npy"]), File.ReadAllBytes(_folder["two/train.image.npy"]));
        Assert.Equal(File.ReadAllBytes(_folder["one/val.label.npy"]), File.ReadAllBytes(_folder["two/val.label.npy"]));
    }

    [Fact]
    public void AGivenValidationPartIsTaken()
    {
        Npz.Write(_folder["a.npz"], _arrays);
        string a = _folder["a.npz"];
        Assert.False(ArrayImporter.Import(new Dictionary<string, string> { ["train"] = a, ["val"] = a, ["test"] = a }, null, _folder["pack"]).ValidationWasCut);
        using Pack pack = Pack.Open(_folder["pack"]);
        Assert.All(pack.Splits.Values, count => Assert.Equal(20, count));
    }

    [Fact]
    public void TextsAndSingleValuesAreIgnoredByName()
    {
        PythonOracle.Run("""
            import sys, numpy
            n = 20
            numpy.savez(sys.argv[1], label=numpy.arange(n) % 2, x=numpy.random.rand(n, 3), age=numpy.arange(n), column=numpy.ones((n, 1)),
                        names=numpy.array(['a'] * n), things=numpy.array([None] * n), number=numpy.float64(3))
            """, _folder["a.npz"]);
        Assert.Equal(["age", "column", "names", "number", "things"], ImportFile(null).Ignored.Order());
    }

    [Theory]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.UInt16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.UInt32)]
    [InlineData(ElementType.UInt64)]
    public void LabelsOfAnyWholeTypeAreRead(ElementType type)
    {
        byte[] data = new byte[20 * type.Size()];
        for (int i = 0; i < 20; i++) data[i * type.Size()] = (byte)(i % 3);
        _arrays["label"] = new NdArray(type, [20], data);
        Import();
        using Pack pack = Pack.Open(_folder["pack"]);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)(i % 3)), pack.Split("test").Labels);
    }

    [Fact]
    public void AMissingLabelIsOneLine()
    {
        _arrays.Remove("label");
        Refused("has no array named label");
    }

    [Fact]
    public void ALabelOfNaNIsOneLine()
    {
        _arrays["label"] = NdArray.From<double>([.. Enumerable.Repeat(double.NaN, 20)], 20);
        Refused("store one whole number per sample");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void ALabelOutOfRangeIsNamed(long label)
    {
        _arrays["label"].As<long>()[7] = label;
        Refused($"has the label {label}; number the classes from 0");
    }

    [Fact]
    public void ArraysOfDifferentLengthAreNamed()
    {
        _arrays["vector"] = NdArray.From<float>(new float[57], 19, 3);
        Refused("holds 19 samples of vector and 20 labels");
    }

    [Fact]
    public void AnEmptyFileIsRefused()
    {
        _arrays["label"] = NdArray.From<long>([], 0);
        Refused("holds no samples");
    }

    [Fact]
    public void AnArrayNamedLikeAPathWritesNothingOutside()
    {
        _arrays["../escape"] = _arrays["vector"];
        Refused("letters, digits");
    }

    [Theory]
    [InlineData("gray", null, "did you mean grey?")]
    [InlineData("grey", "imge", "did you mean image?")]
    [InlineData("grey", "video", "which is no video")]
    [InlineData("label", null, "has no modality named label")]
    public void AWrongModalityIsNamedWithTheNearest(string name, string? kind, string expected)
    {
        Npz.Write(_folder["a.npz"], _arrays);
        ProblemException error = Assert.Throws<ProblemException>(() => ImportFile([(name, kind)]));
        Assert.Contains(expected, Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void AModalityNamedTwiceIsAProblem()
    {
        Npz.Write(_folder["a.npz"], _arrays);
        Assert.Contains("2 times", Assert.Throws<ProblemException>(() => ImportFile([("grey", null), ("grey", "image")])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheSameSeedGivesTheSamePack()
    {
        Import();
        Directory.Move(_folder["pack"], _folder["first"]);
        Import();
        Assert.Equal(File.ReadAllBytes(_folder["first/pack.json"]), File.ReadAllBytes(_folder["pack/pack.json"]));
    }

    private void Import()
    {
        Npz.Write(_folder["a.npz"], _arrays);
        ImportFile(null);
    }

    private ImportResult ImportFile(IReadOnlyList<(string Name, string? Kind)>? wanted) =>
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = _folder["a.npz"], ["test"] = _folder["a.npz"] }, wanted, _folder["pack"]);

    private void Refused(string expected)
    {
        ProblemException error = Assert.Throws<ProblemException>(Import);
        Assert.All(error.Problems, problem => Assert.Contains(expected, problem, StringComparison.Ordinal));
        Assert.Equal(["a.npz"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    private static void WriteIdx(string path, int[] shape, byte[] data)
    {
        byte[] head = new byte[4 + 4 * shape.Length];
        (head[2], head[3]) = (8, (byte)shape.Length);
        for (int i = 0; i < shape.Length; i++) BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4 + 4 * i), shape[i]);
        File.WriteAllBytes(path, [.. head, .. data]);
    }
}
