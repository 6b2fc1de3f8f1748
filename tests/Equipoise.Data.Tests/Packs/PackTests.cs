using System.Text.Json.Nodes;
using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data.Tests.Packs;

/// <summary>Packs are what was written, readable by numpy, checked when opened, and delivered in the right layout.</summary>
public sealed class PackTests
{
    [Fact]
    public void NumpyReadsAPackAndHashesAreRight()
    {
        using TempFolder folder = new();
        Make(folder["pack"]);
        string seen = PythonOracle.Run("""
            import sys, json, numpy, hashlib
            p = sys.argv[1]; j = json.load(open(p + '/pack.json')); s = j['splits']['train']
            a = numpy.load(p + '/' + s['files']['picture'][0], mmap_mode='r')
            ok = all(hashlib.sha256(open(p + '/' + f, 'rb').read()).hexdigest() == h for f, h in s['sha256'].items())
            print(a.dtype, a.shape, numpy.load(p + '/train.label.npy').tolist()[:4], ok)
            """, folder["pack"]);
        Assert.Equal("uint8 (6, 2, 2, 3) [0, 1, 0, 1] True", seen.Trim());
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(24, 3)]
    [InlineData(1000, 1)]
    public void ALargeArrayIsWrittenInSeveralFilesAndReadAsOne(long shardBytes, int files)
    {
        using TempFolder folder = new();
        using (PackWriter writer = new(folder["pack"], "p", ["x", "y"], [new PackModality("vector", ModalityKind.Features, [3], ElementType.Float32, null)]) { ShardBytes = shardBytes })
        {
            foreach (string split in (string[])["train", "val", "test"])
            {
                PackSplitWriter part = writer.AddSplit(split);
                for (int i = 0; i < 6; i++) part.Append($"{i}", i % 2, null, new Dictionary<string, byte[]?> { ["vector"] = NdArray.From<float>([i, i, i], 3).Data });
            }
            writer.Complete(0);
        }
        Assert.Equal(files, Directory.GetFiles(folder["pack"], "train*.vector.npy").Length);
        Assert.Equal(files > 1, File.Exists(folder["pack/train-00001.vector.npy"]));
        using Pack pack = Pack.Open(folder["pack"]);
        byte[] row = new byte[12];
        for (int i = 0; i < 6; i++)
        {
            pack.Split("train").ReadRow("vector", i, row);
            Assert.Equal(NdArray.From<float>([i, i, i], 3).Data, row);
        }
    }

    [Fact]
    public void BatchesHaveChannelsFirstAndAreNormalised()
    {
        using TempFolder folder = new();
        Make(folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        PackSplit train = pack.Split("train");
        ModalityInput input = new(pack.Modality("picture"), new InputNormalisation([0, 0.1, 0.2], [1, 0.5, 0.25]), []);
        using Batch batch = new Loader(train, [input], new LoaderOptions { BatchSize = 4 }).Epoch(0).First();
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal([4, 3, 2, 2], batch.Inputs["picture"].Shape);
        byte[] row = new byte[12];
        train.ReadRow("picture", 1, row);
        float[] values = batch.Inputs["picture"].Narrow(0, 1, 1).ToArray<float>();
        Assert.Equal(row[0] / 255f, values[0], 5);
        Assert.Equal((row[3 + 1] / 255f - 0.1f) / 0.5f, values[4 + 1], 5);
        Assert.Equal((row[9 + 2] / 255f - 0.2f) / 0.25f, values[8 + 3], 5);
    }

    [Fact]
    public void TheOrderOfAnEpochDependsOnSeedAndEpochAlone()
    {
        using TempFolder folder = new();
        Make(folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        ModalityInput input = new(pack.Modality("picture"), new InputNormalisation([0], [1]), []);
        int[] Order(int epoch, int from) => [.. new Loader(pack.Split("train"), [input], new LoaderOptions { BatchSize = 2, Seed = 7, Sampling = Sampling.Shuffled }).Epoch(epoch, from).SelectMany(batch => { using (batch) return batch.Indices; })];
        Assert.Equal(Order(3, 0)[2..], Order(3, 1));
        Assert.Equal([0, 1, 2, 3, 4, 5], Order(3, 0).Order());
        Assert.NotEqual(Order(3, 0), Order(4, 0));
    }

    [Fact]
    public void StatisticsAreThoseOfTrainPerChannel()
    {
        using TempFolder folder = new();
        Make(folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        InputNormalisation found = InputNormalisation.Compute(pack.Split("train"), pack.Modality("picture"));
        string expected = PythonOracle.Run("import numpy,sys; a=numpy.load(sys.argv[1])/255.0; print(*a.mean((0,1,2)), *a.std((0,1,2)))", folder["pack/train.picture.npy"]);
        double[] numbers = [.. expected.Split().Where(text => text.Length > 0).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(numbers, found.Mean.Concat(found.Std), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("path")]
    [InlineData("nonsense")]
    [InlineData("gone")]
    public void ADamagedPackIsRefusedWhenOpened(string damage)
    {
        using TempFolder folder = new();
        Make(folder["pack"]);
        string json = folder["pack/pack.json"], array = folder["pack/train.picture.npy"];
        if (damage == "cut") File.WriteAllBytes(array, File.ReadAllBytes(array)[..^5]);
        if (damage == "path") File.WriteAllText(json, File.ReadAllText(json).Replace("train.label.npy", "../label.npy"));
        if (damage == "nonsense") File.WriteAllText(json, "{\"format\":\"equipoise-pack/1\"}");
        if (damage == "gone") File.Delete(array);
        InvalidFileException error = Assert.Throws<InvalidFileException>(() => Pack.Open(folder["pack"]));
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void ChangedContentIsNoticedWhenItsSplitIsUsed()
    {
        using TempFolder folder = new();
        Make(folder["pack"]);
        byte[] bytes = File.ReadAllBytes(folder["pack/test.picture.npy"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(folder["pack/test.picture.npy"], bytes);
        using Pack pack = Pack.Open(folder["pack"]);
        pack.Split("train");
        Assert.Contains("SHA-256", Assert.Throws<InvalidFileException>(() => pack.Split("test")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AWriterThatFailsLeavesNothing()
    {
        using TempFolder folder = new();
        using (PackWriter writer = new(folder["pack"], "p", ["a"], [])) writer.AddSplit("train");
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void TheValidationCutTakesAShareOfEveryClassOrWholeGroups()
    {
        long[] labels = [.. Enumerable.Range(0, 200).Select(i => (long)(i % 4))];
        bool[] byClass = ValidationSplit.Cut(labels, null, 0.1, 3);
        foreach (long label in labels.Distinct()) Assert.Equal(5, labels.Where((value, i) => value == label && byClass[i]).Count());
        string[] groups = [.. Enumerable.Range(0, 200).Select(i => $"g{i % 10}")];
        bool[] byGroup = ValidationSplit.Cut(labels, groups, 0.1, 3);
        Assert.Equal(20, byGroup.Count(chosen => chosen));
        Assert.Empty(groups.Where((_, i) => byGroup[i]).Intersect(groups.Where((_, i) => !byGroup[i])));
    }

    [Fact]
    public void CgMnistIsImportedWithAndWithoutNamedModalities()
    {
        using TempFolder folder = new();
        Dictionary<string, string> files = new() { ["train"] = Repository.Shared("data/cgmnist/train.npz"), ["test"] = Repository.Shared("data/cgmnist/test.npz") };
        ImportResult named = ArrayImporter.Import(files, [("gray", "image"), ("color", "image")], folder["named"]);
        Assert.True(named.ValidationWasCut);
        using Pack pack = Pack.Open(folder["named"]);
        Assert.Equal((10000, 5000), (pack.Splits["train"] + pack.Splits["val"], pack.Splits["test"]));
        Assert.InRange(pack.Splits["val"], 990, 1010);
        Assert.Equal(["gray", "color"], pack.Modalities.Select(modality => modality.Name));
        Assert.Equal(["color_class"], ArrayImporter.Import(files, null, folder["all"]).Ignored);
    }

    [Fact]
    public void ArraysThatDoNotFitTogetherAreAllNamed()
    {
        using TempFolder folder = new();
        NdArray label = NdArray.From<long>([0, 1, 0], 3);
        Npz.Write(folder["train.npz"], new Dictionary<string, NdArray> { ["a"] = NdArray.From<float>(new float[8], 4, 2), ["label"] = label });
        Npz.Write(folder["test.npz"], new Dictionary<string, NdArray> { ["b"] = NdArray.From<float>(new float[6], 3, 2), ["label"] = label });
        ProblemException error = Assert.Throws<ProblemException>(() => ArrayImporter.Import(new Dictionary<string, string> { ["train"] = folder["train.npz"], ["test"] = folder["test.npz"] }, null, folder["pack"]));
        Assert.Equal(2, error.Problems.Count);
        Assert.False(Directory.Exists(folder["pack"]));
    }

    private static void Make(string folder)
    {
        SeededRandom random = new(1);
        using PackWriter writer = new(folder, "p", ["a", "b"], [new PackModality("picture", ModalityKind.Image, [2, 2, 3], ElementType.UInt8, null)]);
        foreach (var (split, count) in new[] { ("train", 6), ("val", 2), ("test", 2) })
        {
            PackSplitWriter part = writer.AddSplit(split);
            for (int i = 0; i < count; i++)
                part.Append($"{split}{i}", i % 2, null, new Dictionary<string, byte[]?> { ["picture"] = [.. Enumerable.Range(0, 12).Select(_ => (byte)random.Next(256))] });
        }
        writer.Complete(0, new JsonObject());
    }
}
