using Equipoise.Data.Exporting;
using Equipoise.Data.Preparation;
using Equipoise.Data.Published;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Exporting;

/// <summary>What is exported comes back as it was; WebDataset shards are read by Python's own tar.</summary>
public sealed class PackExporterTests
{
    [Theory]
    [InlineData("npz")]
    [InlineData("safetensors")]
    [InlineData("csv")]
    public void ThePackComesBack(string format)
    {
        using TempFolder folder = new();
        using Pack pack = Pack.Open(Make(folder["pack"], absent: format != "csv"));
        PackExporter.Export(pack, format, folder["out"]);
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = folder[$"out/train.{format}"], ["val"] = folder[$"out/val.{format}"], ["test"] = folder[$"out/test.{format}"] }, null, folder["again"]);
        using Pack again = Pack.Open(folder["again"]);
        Assert.Equal(pack.Modalities.Select(modality => modality.Name).Order(), again.Modalities.Select(modality => modality.Name).Order());
        foreach (string split in pack.Splits.Keys)
        {
            Assert.Equal(pack.Split(split).Labels, again.Split(split).Labels);
            Assert.Equal(pack.Split(split).Present("sound"), again.Split(split).Present("sound"));
            foreach (string modality in (string[])["sound", "touch"])
                for (int i = 0; i < pack.Split(split).Count; i++) Assert.Equal(Row(pack, split, modality, i), Row(again, split, modality, i));
        }
    }

    [Fact]
    public void IdxFilesAreThoseOfMnist()
    {
        using TempFolder folder = new();
        using Pack pack = Pack.Open(Make(folder["pack"], absent: false, picture: true));
        PackExporter.Export(pack, "idx", folder["out"]);
        string seen = PythonOracle.Run("""
            import sys, struct, numpy
            def read(name):
                data = open(f'{sys.argv[1]}/{name}.idx', 'rb').read()
                zero, kind, dims = struct.unpack('>HBB', data[:4])
                return numpy.frombuffer(data[4 + 4 * dims:], {8: '>u1', 13: '>f4'}[kind]).reshape(struct.unpack(f'>{dims}I', data[4:4 + 4 * dims]))
            print(read('train.touch').tolist()[1], read('train.label').tolist(), read('test.sound').tolist()[5][0], read('val.sound').shape)
            """, folder["out"]);
        Assert.Equal("[[1], [2]] [0, 1, 0, 1, 0, 1] 5.0 (6, 3)", seen.Trim());
        NdArray sound = IdxFile.Read(folder["out/train.sound.idx"]);
        for (int i = 0; i < 6; i++) Assert.Equal(Row(pack, "train", "sound", i), sound.Row(i).ToArray());
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = Pair(folder, "train"), ["val"] = Pair(folder, "val"), ["test"] = Pair(folder, "test") }, null, folder["again"]);
        using Pack again = Pack.Open(folder["again"]);
        Assert.Equal(pack.Split("train").Labels, again.Split("train").Labels);
    }

    [Fact]
    public void WhatIdxFilesCannotSayIsRefused()
    {
        using TempFolder folder = new();
        using Pack pack = Pack.Open(Make(folder["pack"], absent: true));
        Assert.Contains("lacks sound in some samples", Assert.Throws<ProblemException>(() => PackExporter.Export(pack, "idx", folder["out"])).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    private static string Pair(TempFolder folder, string split) => $"{folder[$"out/{split}.touch.idx"]},{folder[$"out/{split}.label.idx"]}";

    [Fact]
    public void PythonReadsTheShards()
    {
        using TempFolder folder = new();
        using Pack pack = Pack.Open(Make(folder["pack"], absent: true));
        PackExporter.Export(pack, "webdataset", folder["out"]);
        string seen = PythonOracle.Run("""
            import sys, tarfile, io, numpy
            t = tarfile.open(sys.argv[1]); names = t.getnames()
            print(len([n for n in names if n.endswith('.cls')]), '000000001.sound.npy' in names, '000000000.sound.npy' in names)
            print(numpy.load(io.BytesIO(t.extractfile('000000002.touch.npy').read())).tolist(), t.extractfile('000000002.cls').read().decode(), t.extractfile('000000002.id.txt').read().decode())
            """, folder["out/train-000000.tar"]);
        Assert.Equal("6 True False\n[2.0, 3.0] 0 train2", seen.Trim());
    }

    [Fact]
    public void ShardsOfMediaBecomeAManifestThatPrepares()
    {
        using TempFolder folder = new();
        Directory.CreateDirectory(folder["wav"]);
        for (int i = 0; i < 12; i++) Tests.Preparation.RawMedia.Wav(folder[$"wav/{i}.wav"], rate: 16000, samples: 8000, seed: (ulong)i);
        PythonOracle.Run("""
            import sys, tarfile, io
            def add(t, name, data, **more):
                i = tarfile.TarInfo(name); i.size = len(data)
                for k, v in more.items(): setattr(i, k, v)
                t.addfile(i, io.BytesIO(data))
            for split, keys in (('train-0', range(8)), ('test-0', range(8, 12))):
                t = tarfile.open(f'{sys.argv[1]}/{split}.tar', 'w')
                for k in keys:
                    add(t, f'../../deep/{k:03d}.wav', open(f'{sys.argv[2]}/{k}.wav', 'rb').read())
                    add(t, f'../../deep/{k:03d}.cls', str(k % 2).encode())
                    add(t, f'../../deep/{k:03d}.txt', f'sample {k}'.encode())
                add(t, 'evil', b'', type=tarfile.SYMTYPE, linkname='/etc/passwd')
                t.close()
            """, Directory.CreateDirectory(folder["root"]).FullName, folder["wav"]);
        ManifestResult result = ManifestMaker.Make("webdataset", folder["root"], folder["set"]);
        Assert.Equal(12, result.Samples.Values.Sum());
        Assert.Equal(12, Directory.GetFiles(folder["set/media"]).Length);
        Assert.False(Directory.Exists(folder["deep"]));
        Preparer.Prepare(folder["set/dataset.yaml"], folder["pack"], cancellation: Tests.Preparation.RawMedia.Stop);
        using Pack pack = Pack.Open(folder["pack"]);
        Assert.Equal(["0", "1"], pack.Classes);
        Assert.Equal(4, pack.Splits["test"]);
        File.WriteAllBytes(folder["root/train-0.tar"], File.ReadAllBytes(folder["root/train-0.tar"])[..700]);
        Assert.Contains("train-0.tar", Assert.Throws<InvalidFileException>(() => ManifestMaker.Make("webdataset", folder["root"], folder["other"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xls", "unknown")]
    [InlineData("csv", "take npz or safetensors")]
    public void WhatCannotBeIsRefused(string format, string expected)
    {
        using TempFolder folder = new();
        using Pack pack = Pack.Open(Make(folder["pack"], absent: false, picture: true));
        Assert.Contains(expected, Assert.Throws<ProblemException>(() => PackExporter.Export(pack, format, folder["out"])).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Theory]
    [InlineData("label,a.0,a.1,name\n0,1,2,x\n1,3,4,y\n", null)]
    [InlineData("label,a.0,a.1\n0,1,2\n1,3\n", "line 3")]
    [InlineData("a.0,a.1\n1,2\n", "label")]
    [InlineData("label,a.0,a.1\n0.5,1,2\n1,3,4\n", "label -1")]
    public void FeaturesInACsvAreReadByTheirNames(string text, string? expected)
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["x.csv"], text);
        Dictionary<string, string> files = new() { ["train"] = folder["x.csv"], ["val"] = folder["x.csv"], ["test"] = folder["x.csv"] };
        if (expected is not null)
        {
            Assert.Contains(expected, Assert.ThrowsAny<Exception>(() => ArrayImporter.Import(files, null, folder["pack"])).Message, StringComparison.Ordinal);
            return;
        }
        Assert.Equal(["name"], ArrayImporter.Import(files, null, folder["pack"]).Ignored);
        using Pack pack = Pack.Open(folder["pack"]);
        Assert.Equal([2], pack.Modality("a").Shape);
    }

    private static string Make(string folder, bool absent, bool picture = false)
    {
        PackModality touch = picture ? new("touch", ModalityKind.Image, [2, 1], ElementType.UInt8, null) : new("touch", ModalityKind.Features, [2], ElementType.Float32, null);
        using PackWriter writer = new(folder, "p", ["x", "y"], [new PackModality("sound", ModalityKind.Features, [3], ElementType.Float32, null), touch]);
        foreach (string split in (string[])["train", "val", "test"])
        {
            PackSplitWriter part = writer.AddSplit(split);
            for (int i = 0; i < 6; i++)
                part.Append($"{split}{i}", i % 2, null, new Dictionary<string, byte[]?>
                {
                    ["sound"] = absent && i % 2 == 0 ? null : NdArray.From<float>([i, 0.1f * i, -1e-7f], 3).Data,
                    ["touch"] = picture ? [1, 2] : NdArray.From<float>([i, i + 1], 2).Data,
                });
        }
        writer.Complete(0);
        return folder;
    }

    private static byte[] Row(Pack pack, string split, string modality, int index)
    {
        byte[] row = new byte[pack.Modality(modality).Type.Bytes(pack.Modality(modality).Shape)];
        pack.Split(split).ReadRow(modality, index, row);
        return row;
    }
}
