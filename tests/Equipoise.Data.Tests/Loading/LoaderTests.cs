using Equipoise.Data.Tests.Packs;
using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data.Tests.Loading;

public sealed class LoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Pack _pack;

    public LoaderTests()
    {
        SmallPack.Write(_folder["pack"]);
        _pack = Pack.Open(_folder["pack"]);
    }

    public void Dispose()
    {
        _pack.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("picture", new long[] { 5, 3, 4, 5 }, "a[:5].transpose(0, 3, 1, 2) / 255")]
    [InlineData("grey", new long[] { 5, 1, 4, 5 }, "a[:5, None] / 255")]
    [InlineData("clip", new long[] { 5, 3, 2, 4, 5 }, "a[:5].transpose(0, 4, 1, 2, 3) / 255")]
    [InlineData("sound", new long[] { 5, 1, 3, 6 }, "a[:5]")]
    [InlineData("vector", new long[] { 5, 7 }, "a[:5]")]
    public void LayoutAndValuesAreNumpys(string modality, long[] shape, string expression)
    {
        string source = $"""
            import sys, numpy
            a = numpy.load(sys.argv[1], mmap_mode='r')
            numpy.save(sys.argv[2], numpy.ascontiguousarray({expression}, dtype='float32'))
            """;
        PythonOracle.Run(source, _folder[$"pack/train.{modality}.npy"], _folder["expected.npy"]);
        using NpyReader expected = NpyReader.Open(_folder["expected.npy"]);
        using Batch batch = Make([Input(modality)], 5).Epoch(0).First();
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal(shape, batch.Inputs[modality].Shape);
        Assert.Equal(expected.ReadAll().As<float>().ToArray(), batch.Inputs[modality].ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void NormalisationByTrainGivesMeanZeroAndDeviationOneToEveryChannel()
    {
        PackModality clip = _pack.Modality("clip");
        ModalityInput input = new(clip, InputNormalisation.Compute(_pack.Split("train"), clip), []);
        using Batch batch = Make([input], 12).Epoch(0).First();
        using TensorScope scope = TensorScope.Begin();
        float[] values = batch.Inputs["clip"].ToArray<float>();
        for (int c = 0; c < 3; c++)
        {
            double[] channel = [.. values.Where((_, i) => i / 40 % 3 == c).Select(value => (double)value)];
            double mean = channel.Average();
            Assert.Equal(0, mean, 1e-5);
            Assert.Equal(1, Math.Sqrt(channel.Average(value => (value - mean) * (value - mean))), 1e-4);
        }
    }

    [Fact]
    public void AnAbsentSampleIsZerosAfterNormalisationAndSaysSo()
    {
        PackModality sound = _pack.Modality("sound");
        ModalityInput input = new(sound, InputNormalisation.Compute(_pack.Split("train"), sound), []);
        Assert.InRange(input.Normalisation.Mean[0], 2, 4);
        using Batch batch = Make([input, Input("vector")], 6).Epoch(0).First();
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal(["sound"], batch.Present.Keys);
        Assert.Equal([false, true, true, false, true, true], batch.Present["sound"]);
        float[][] rows = [.. batch.Inputs["sound"].ToArray<float>().Chunk(18)];
        Assert.All(rows.Where((_, i) => i % 3 == 0), row => Assert.All(row, value => Assert.Equal(0, value)));
        Assert.All(rows.Where((_, i) => i % 3 != 0), row => Assert.Contains(row, value => value != 0));
    }

    [Fact]
    public void AugmentationOfASampleDependsNeitherOnBatchNorOnStart()
    {
        ModalityInput input = Input("clip", "random-resized-crop", "flip");
        float[]?[] whole = Samples(new Loader(_pack.Split("train"), [input], new LoaderOptions { BatchSize = 5, Seed = 3, Sampling = Sampling.Shuffled, Augment = true }), epoch: 2);
        float[]?[] single = Samples(new Loader(_pack.Split("train"), [input], new LoaderOptions { BatchSize = 1, Seed = 3, Sampling = Sampling.Shuffled, Augment = true }), epoch: 2, firstStep: 4);
        float[]?[] later = Samples(new Loader(_pack.Split("train"), [input], new LoaderOptions { BatchSize = 5, Seed = 3, Sampling = Sampling.Shuffled, Augment = true }), epoch: 3);
        Assert.Equal(8, single.Count(sample => sample is not null));
        Assert.All(Enumerable.Range(0, 12).Where(i => single[i] is not null), i => Assert.Equal(whole[i]!, single[i]!));
        Assert.All(Enumerable.Range(0, 12), i => Assert.NotEqual(whole[i]!, later[i]!));
    }

    [Fact]
    public void WithoutTheSwitchNothingIsAugmented() =>
        Assert.Equal(Samples(Make([Input("clip")], 5), 0), Samples(Make([Input("clip", "flip")], 5), 0));

    [Fact]
    public void TheLastBatchMayBeSmallerAndLeavingEarlyIsHarmless()
    {
        Loader loader = Make([Input("vector")], 5);
        Assert.Equal(3, loader.StepsPerEpoch);
        using (Batch first = loader.Epoch(0).First()) Assert.Equal(5, first.Indices.Length);
        Assert.Equal([5, 5, 2], loader.Epoch(0).Select(Length));
    }

    [Fact]
    public void LabelsGoWithTheirSamples()
    {
        using Batch batch = new Loader(_pack.Split("train"), [Input("vector")], new LoaderOptions { BatchSize = 12, Seed = 1, Sampling = Sampling.Shuffled }).Epoch(0).First();
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal(batch.Indices.Select(index => (long)(index % 3)), batch.Labels!.ToArray<long>());
    }

    private static int Length(Batch batch)
    {
        using (batch) return batch.Indices.Length;
    }

    private static float[]?[] Samples(Loader loader, int epoch, int firstStep = 0)
    {
        float[]?[] samples = new float[12][];
        foreach (Batch batch in loader.Epoch(epoch, firstStep))
        {
            using Batch own = batch;
            using TensorScope scope = TensorScope.Begin();
            foreach (var (index, values) in batch.Indices.Zip(batch.Inputs["clip"].ToArray<float>().Chunk(120))) samples[index] = values;
        }
        return samples;
    }

    private ModalityInput Input(string name, params string[] augment) => new(_pack.Modality(name), new InputNormalisation([0], [1]), [.. augment.Select(name => Augmentation.Read(name)!)]);

    private Loader Make(IReadOnlyList<ModalityInput> inputs, int batch) => new(_pack.Split("train"), inputs, new LoaderOptions { BatchSize = batch });
}
