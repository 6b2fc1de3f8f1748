using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data.Tests.Loading;

/// <summary>Texts arrive as token numbers, and which positions of texts and sequences are real arrives with them.</summary>
public sealed class RealPositionTests
{
    private const int Samples = 20, Length = 6;

    [Fact]
    public void TokensStayNumbersAndTheMaskIsTrueWhereRealAndLengthsAreMasksToo()
    {
        using Pack pack = Make();
        using Batch batch = First(pack.Split("test"), pack);
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal(DType.Int64, batch.Inputs["text"].Type);
        Assert.Equal([Samples, Length], batch.Inputs["text"].Shape);
        long[] ids = batch.Inputs["text"].ToArray<long>();
        bool[] text = batch.Masks["text"].ToArray<bool>(), frames = batch.Masks["frames"].ToArray<bool>();
        for (int sample = 0; sample < Samples; sample++)
            for (int i = 0; i < Length; i++)
            {
                Assert.Equal(1000 + sample * Length + i, ids[sample * Length + i]);
                Assert.Equal(i < Real(sample), text[sample * Length + i]);
                Assert.Equal(i < Real(sample), frames[sample * Length + i]);
            }
        Assert.False(batch.Masks.ContainsKey("vector"));
    }

    [Fact]
    public void WhatFillsUpIsZeroAfterNormalisationAndCountsForNoStatistic()
    {
        using Pack pack = Make();
        PackModality frames = pack.Modality("frames");
        InputNormalisation normalisation = InputNormalisation.Compute(pack.Split("test"), frames);
        Assert.Equal(3, normalisation.Mean[0], 5);
        using Batch batch = First(pack.Split("test"), pack);
        using TensorScope scope = TensorScope.Begin();
        bool[] real = batch.Masks["frames"].ToArray<bool>();
        float[] values = batch.Inputs["frames"].ToArray<float>();
        for (int i = 0; i < values.Length; i++) Assert.Equal(real[i / 2] ? 3 : 0, values[i]);
    }

    [Fact]
    public void AZeroedTextIsAllPaddingThatIsLookedAt()
    {
        using Pack pack = Make();
        string[] names = [.. pack.Modalities.Select(modality => modality.Name)];
        PackSplit zeroed = pack.Split("test").Masked(MissingMask.For(pack.Split("test"), names, 1, seed: 3), MissingMode.Zero);
        using Batch batch = First(zeroed, pack);
        using TensorScope scope = TensorScope.Begin();
        int[] missing = [.. Enumerable.Range(0, Samples).Where(sample => zeroed.Zeroed("text")![sample])];
        Assert.NotEmpty(missing);
        foreach (int sample in missing)
        {
            Assert.All(batch.Inputs["text"].ToArray<long>()[(sample * Length)..((sample + 1) * Length)], id => Assert.Equal(0, id));
            Assert.All(batch.Masks["text"].ToArray<bool>()[(sample * Length)..((sample + 1) * Length)], Assert.True);
        }
    }

    [Fact]
    public void AMaskOfAnotherShapeIsRefused()
    {
        Dictionary<string, NdArray> arrays = Arrays();
        arrays["text.mask"] = NdArray.From<bool>(new bool[Samples * 3], Samples, 3);
        string message = Assert.Throws<ProblemException>(() => Pack.InMemory("p", ["a", "b"], arrays, arrays, arrays, Kinds)).Message;
        Assert.Contains($"holds text.mask as Bool [{Samples}, 3]; store Bool [{Samples}, {Length}]", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnImportKeepsThem()
    {
        using TempFolder folder = new();
        Npz.Write(folder["a.npz"], Arrays());
        ArrayImporter.Import(new Dictionary<string, string> { ["train"] = folder["a.npz"], ["test"] = folder["a.npz"] }, [("text", "text"), ("frames", "sequence")], folder["pack"]);
        using Pack pack = Pack.Open(folder["pack"]);
        using Batch batch = First(pack.Split("test"), pack);
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal([.. Enumerable.Range(0, Samples).SelectMany(sample => Enumerable.Range(0, Length).Select(i => i < Real(sample)))], batch.Masks["text"].ToArray<bool>());
        Assert.Equal(batch.Masks["text"].ToArray<bool>(), batch.Masks["frames"].ToArray<bool>());
    }

    private static IReadOnlyList<(string, ModalityKind)> Kinds { get; } = [("text", ModalityKind.Text), ("frames", ModalityKind.Sequence), ("vector", ModalityKind.Features)];

    private static int Real(int sample) => sample % Length + 1;

    private static Pack Make()
    {
        Dictionary<string, NdArray> arrays = Arrays();
        return Pack.InMemory("p", ["a", "b"], arrays, arrays, arrays, Kinds);
    }

    private static Batch First(PackSplit split, Pack pack) =>
        new Loader(split, [.. pack.Modalities.Select(modality => new ModalityInput(modality, new InputNormalisation([0], [1]), []))], new LoaderOptions { BatchSize = Samples }).Epoch(0).First();

    private static Dictionary<string, NdArray> Arrays() => new()
    {
        ["label"] = NdArray.From<long>([.. Enumerable.Range(0, Samples).Select(i => (long)i % 2)], Samples),
        ["text"] = NdArray.From<long>([.. Enumerable.Range(1000, Samples * Length).Select(i => (long)i)], Samples, Length),
        ["text.mask"] = NdArray.From<bool>([.. Enumerable.Range(0, Samples).SelectMany(sample => Enumerable.Range(0, Length).Select(i => i >= Real(sample)))], Samples, Length),
        ["frames"] = NdArray.From<float>([.. Enumerable.Range(0, Samples).SelectMany(sample => Enumerable.Range(0, Length * 2).Select(i => i / 2 < Real(sample) ? 3f : 77f))], Samples, Length, 2),
        ["frames.length"] = NdArray.From<long>([.. Enumerable.Range(0, Samples).Select(sample => (long)Real(sample))], Samples),
        ["vector"] = NdArray.From<float>(new float[Samples * 4], Samples, 4),
    };
}
