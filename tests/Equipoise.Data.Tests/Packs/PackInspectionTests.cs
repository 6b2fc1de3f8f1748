using System.Runtime.InteropServices;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Packs;

public sealed class PackInspectionTests
{
    [Fact]
    public void AGoodPackHasCountsAndNoWarnings()
    {
        using TempFolder folder = new();
        SmallPack.Write(folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        PackInspection found = PackInspection.Of(pack, TestContext.Current.CancellationToken);
        Assert.Empty(found.Warnings);
        Assert.Equal([4, 4, 4], found.Splits[0].PerClass);
        Assert.Equal(2, found.Splits[0].Groups);
        Assert.Equal(4, found.Splits[0].Modalities.Single(one => one.Modality.Name == "sound").Absent);
        Assert.Equal(4, found.ToJson()["splits"]!["train"]!["classes"]!["b"]!.GetValue<int>());
        Assert.InRange(found.ToJson()["splits"]!["train"]!["modalities"]!["picture"]!["max"]!.GetValue<double>(), 0.9, 1);
    }

    [Fact]
    public void EverythingThatLooksWrongIsSaid()
    {
        using TempFolder folder = new();
        using (PackWriter writer = new(folder["pack"], "bad", ["a", "b", "never"], [new PackModality("x", ModalityKind.Features, [3], ElementType.Float32, null)]))
        {
            PackSplitWriter train = writer.AddSplit("train"), test = writer.AddSplit("test");
            for (int i = 0; i < 24; i++) Append(train, $"{i}", i == 0 ? 1 : 0, "speaker", i, 5, -i);
            Append(test, "same", 0, "speaker", 3, 5, -3);
            Append(test, "same", 1, "other", float.NaN, 5, 1);
            Append(test, "flat", 1, "other", 5, 5, 5);
            writer.Complete(skipped: 0);
        }
        using Pack pack = Pack.Open(folder["pack"]);
        Assert.Equal(
            [
                "there is no val",
                "train holds no sample of never",
                "train is unbalanced: 23 samples of the largest class, 1 of the smallest (train.class_weights: balanced may help)",
                "test holds no sample of never",
                "test: 1 ids stand there more than once",
                "1 groups stand in train and in test, speaker for one",
                "x in train: 1 features never change",
                "x in test: 1 values are NaN or infinite",
                "x in test: 1 samples are one and the same value throughout",
                "x in test: 1 features never change",
                "1 samples of x in test stand in train too, byte for byte",
            ],
            PackInspection.Of(pack, TestContext.Current.CancellationToken).Warnings);
    }

    private static void Append(PackSplitWriter split, string id, int label, string group, params float[] values) =>
        split.Append(id, label, group, new Dictionary<string, byte[]?> { ["x"] = MemoryMarshal.AsBytes(values.AsSpan()).ToArray() });
}
