using Equipoise.Formats;
using Equipoise.Torch;

namespace Equipoise.Data.Tests.Loading;

/// <summary>Of clips and sounds those times are delivered that the configuration asks for: at random in training, the middle otherwise.</summary>
public sealed class FrameSelectionTests : IDisposable
{
    private const int Times = 10, Samples = 40;
    private readonly Pack _pack = Pack.InMemory("times", ["a", "b"], Arrays(), Arrays(), Arrays(), [("sound", ModalityKind.Spectrogram), ("clip", ModalityKind.Video)]);

    public void Dispose() => _pack.Dispose();

    [Theory]
    [InlineData(4, "3 4 5 6")]
    [InlineData(1, "4")]
    [InlineData(10, "0 1 2 3 4 5 6 7 8 9")]
    public void InEvaluationASoundIsItsMiddle(int frames, string times)
    {
        using Batch batch = Load("sound", frames, augment: false, epoch: 0);
        using TensorScope scope = TensorScope.Begin();
        Assert.Equal([Samples, 2, 3, frames], batch.Inputs["sound"].Shape);
        Assert.All(TimesOf(batch, "sound", frames), found => Assert.Equal(times, found));
    }

    [Fact]
    public void InTrainingASoundIsAnyWindowOfNeighbours()
    {
        HashSet<string> seen = [];
        for (int epoch = 0; epoch < 5; epoch++)
        {
            using Batch batch = Load("sound", 8, augment: true, epoch);
            seen.UnionWith(TimesOf(batch, "sound", 8));
        }
        Assert.Equal(["0 1 2 3 4 5 6 7", "1 2 3 4 5 6 7 8", "2 3 4 5 6 7 8 9"], seen.Order());
    }

    [Fact]
    public void TheWindowDependsOnSeedEpochAndSampleAlone()
    {
        ModalityInput[] inputs = [Input("sound", 4)];
        string[] Told(int epoch, int batch, ulong seed)
        {
            LoaderOptions options = new() { BatchSize = batch, Seed = seed, Augment = true };
            return [.. new Loader(_pack.Split("train"), inputs, options).Epoch(epoch).SelectMany(own =>
            {
                using (own) return TimesOf(own, "sound", 4);
            })];
        }
        Assert.Equal(Told(2, Samples, 1), Told(2, 7, 1));
        Assert.NotEqual(Told(2, Samples, 1), Told(3, Samples, 1));
        Assert.NotEqual(Told(2, Samples, 1), Told(2, Samples, 2));
    }

    [Fact]
    public void AClipGivesOneFrameOfEachSegment()
    {
        using (Batch batch = Load("clip", 2, augment: false, epoch: 0)) Assert.All(TimesOf(batch, "clip", 2), found => Assert.Equal("2 7", found));
        using Batch random = Load("clip", 2, augment: true, epoch: 0);
        int[][] chosen = [.. TimesOf(random, "clip", 2).Select(found => found.Split(' ').Select(int.Parse).ToArray())];
        Assert.All(chosen, pair => Assert.True(pair[0] is >= 0 and < 5 && pair[1] is >= 5 and < 10));
        Assert.True(chosen.DistinctBy(pair => (pair[0], pair[1])).Count() > 10);
    }

    private Batch Load(string modality, int frames, bool augment, int epoch) =>
        new Loader(_pack.Split("train"), [Input(modality, frames)], new LoaderOptions { BatchSize = Samples, Seed = 1, Augment = augment }).Epoch(epoch).First();

    private ModalityInput Input(string modality, int frames) => new(_pack.Modality(modality), new InputNormalisation([0], [1]), [], frames);

    /// <summary>The times of each sample; every value of a sample says its own time and line, so that a wrong place is seen.</summary>
    private static IEnumerable<string> TimesOf(Batch batch, string modality, int frames)
    {
        using TensorScope scope = TensorScope.Begin();
        float[] values = batch.Inputs[modality].ToArray<float>();
        int lines = values.Length / batch.Indices.Length / frames;
        return [.. values.Chunk(lines * frames).Select(sample =>
        {
            // Sounds (C, F, T) and clips (C, T, H, W) with one pixel both have time last.
            for (int line = 0; line < lines; line++)
                Assert.Equal(sample[..frames].Select(value => value % 100), sample[(line * frames)..((line + 1) * frames)].Select(value => value - 100 * line));
            return string.Join(' ', sample[..frames]);
        })];
    }

    private static Dictionary<string, NdArray> Arrays()
    {
        float[] sound = [.. Enumerable.Range(0, 6).SelectMany(line => Enumerable.Range(0, Times).Select(time => 100f * line + time))];
        float[] clip = [.. Enumerable.Range(0, Times).SelectMany(time => Enumerable.Range(0, 3).Select(channel => 100f * channel + time))];
        return new()
        {
            ["label"] = NdArray.From<long>([.. Enumerable.Range(0, Samples).Select(i => (long)(i % 2))], Samples),
            ["sound"] = NdArray.From<float>([.. Enumerable.Repeat(sound, Samples).SelectMany(values => values)], Samples, 2, 3, Times),
            ["clip"] = NdArray.From<float>([.. Enumerable.Repeat(clip, Samples).SelectMany(values => values)], Samples, Times, 1, 1, 3),
        };
    }
}
