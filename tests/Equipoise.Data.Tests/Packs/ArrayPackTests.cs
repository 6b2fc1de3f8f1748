using Equipoise.Formats;

namespace Equipoise.Data.Tests.Packs;

/// <summary>A pack of arrays in memory is the pack that the same arrays in files would give.</summary>
public sealed class ArrayPackTests
{
    [Fact]
    public void ItHoldsWhatAnImportOfTheSameArraysHolds()
    {
        using TempFolder folder = new();
        Npz.Write(folder["train.npz"], Arrays(20));
        Npz.Write(folder["test.npz"], Arrays(6));
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = folder["train.npz"], ["test"] = folder["test.npz"] }, null, folder["pack"], seed: 0);
        using Pack imported = Pack.Open(folder["pack"]), inMemory = Pack.InMemory("made up", ["0", "1"], Arrays(20), Arrays(6));
        Assert.Equal(imported.Classes, inMemory.Classes);
        Assert.Equal(imported.Splits, inMemory.Splits);
        foreach (string split in imported.Splits.Keys)
        {
            Assert.Equal(imported.Split(split).Ids, inMemory.Split(split).Ids);
            Assert.Equal(imported.Split(split).Labels, inMemory.Split(split).Labels);
            Assert.Equal(Values(imported, split), Values(inMemory, split));
        }
    }

    [Fact]
    public void AbsentModalitiesAreSaidByAnArrayOfTheirName()
    {
        Dictionary<string, NdArray> train = Arrays(20);
        bool[] present = [.. Enumerable.Range(0, 20).Select(i => i % 4 != 0)];
        train["sound.present"] = NdArray.From<bool>(present, 20);
        using Pack pack = Pack.InMemory("made up", ["a", "b"], train, Arrays(6), Arrays(6));
        Assert.Equal(present, pack.Split("train").Present("sound"));
        Assert.Null(pack.Split("val").Present("sound"));
        Assert.Equal(["picture", "sound"], pack.Modalities.Select(modality => modality.Name));
    }

    [Fact]
    public void AValidationSetOfOnesOwnIsTakenAsItIs()
    {
        using Pack pack = Pack.InMemory("made up", ["a", "b"], Arrays(20), Arrays(6), Arrays(8));
        Assert.Equal(new Dictionary<string, int> { ["train"] = 20, ["val"] = 8, ["test"] = 6 }, pack.Splits);
        Assert.StartsWith("val-", pack.Split("val").Ids[0], StringComparison.Ordinal);
    }

    [Fact]
    public void EveryProblemIsToldAtOnce()
    {
        Dictionary<string, NdArray> train = Arrays(20), test = Arrays(6);
        train["label"] = NdArray.From<long>([.. Enumerable.Range(0, 20).Select(i => (long)(i % 3))], 20);
        train["sound.present"] = NdArray.From<float>(new float[20], 20);
        ProblemException error = Assert.Throws<ProblemException>(() => Pack.InMemory("made up", ["a", "b"], train, test));
        Assert.Contains("train: has the label 2 where there are 2 classes; name all classes", error.Message, StringComparison.Ordinal);
        Assert.Contains("train: has sound.present as Float32 [20]; give 20 bool", error.Message, StringComparison.Ordinal);
        test.Remove("sound");
        Assert.Contains("test: has no array named sound", Assert.Throws<ProblemException>(() => Pack.InMemory("made up", ["a", "b"], train, test)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheHashIsThatOfTheArrays()
    {
        string Hash(Dictionary<string, NdArray> train)
        {
            using Pack pack = Pack.InMemory("made up", ["a", "b"], train, Arrays(6));
            return pack.Hash;
        }
        Dictionary<string, NdArray> changed = Arrays(20);
        changed["sound"].As<float>()[3] += 1;
        Assert.Equal(Hash(Arrays(20)), Hash(Arrays(20)));
        Assert.NotEqual(Hash(Arrays(20)), Hash(changed));
    }

    private static float[] Values(Pack pack, string split)
    {
        ModalityInput[] inputs = [.. pack.Modalities.Select(modality => new ModalityInput(modality, new InputNormalisation([0], [1]), []))];
        Loader loader = new(pack.Split(split), inputs, new LoaderOptions { BatchSize = 64 });
        using Batch batch = loader.Epoch(0).Single();
        return [.. batch.Inputs["picture"].ToArray<float>(), .. batch.Inputs["sound"].ToArray<float>()];
    }

    private static Dictionary<string, NdArray> Arrays(int count) => new()
    {
        ["label"] = NdArray.From<long>([.. Enumerable.Range(0, count).Select(i => (long)(i % 2))], count),
        ["picture"] = NdArray.From<byte>([.. Enumerable.Range(0, count * 12).Select(i => (byte)(i * 7))], count, 2, 2, 3),
        ["sound"] = NdArray.From<float>([.. Enumerable.Range(0, count * 5).Select(i => i * 0.25f)], count, 5),
    };
}
