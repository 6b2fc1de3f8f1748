namespace Equipoise.Data.Tests.Loading;

public class AugmentationTests
{
    [Fact]
    public void FlippingMirrorsHalfOfTheTime()
    {
        SeededRandom random = new(1);
        int flipped = 0;
        for (int i = 0; i < 400; i++)
        {
            float[] picture = [1, 10, 2, 20, 3, 30];
            PictureAugmentation.Apply(Augmentation.Read("flip")!, picture, 1, 3, 2, isFlow: false, random);
            if (picture[0] == 3) Assert.Equal([3, 30, 2, 20, 1, 10], picture);
            flipped += picture[0] == 3 ? 1 : 0;
        }
        Assert.InRange(flipped, 160, 240);
    }

    [Fact]
    public void CroppingASlopeGivesAPartOfTheSlope()
    {
        SeededRandom random = new(2);
        for (int i = 0; i < 200; i++)
        {
            float[] picture = [.. Enumerable.Range(0, 30 * 40).Select(at => (float)(at % 40))];
            PictureAugmentation.Apply(Augmentation.Read("random-resized-crop")!, picture, 30, 40, 1, isFlow: false, random);
            Assert.InRange(picture[0], 0, 39);
            float step = picture[21] - picture[20];
            Assert.InRange(step, 0.2f, 1.001f);
            Assert.All(Enumerable.Range(10, 20), x => Assert.Equal(step, picture[x + 1] - picture[x], 1e-3f));
            Assert.Equal(picture[..40], picture[^40..]);
        }
    }

    [Fact]
    public void AUniformPictureStaysUniform()
    {
        float[] picture = [.. Enumerable.Repeat(0.25f, 8 * 8 * 3)];
        PictureAugmentation.Apply(Augmentation.Read("random-resized-crop")!, picture, 8, 8, 3, isFlow: false, new SeededRandom(3));
        Assert.All(picture, value => Assert.Equal(0.25f, value));
    }

    [Fact]
    public void MirroredFlowPointsTheOtherWay()
    {
        float[] flow = [0.75f, 0.2f, 0.5f, 0.4f];
        PictureAugmentation.Apply(new Augmentation("flip", 1), flow, 1, 2, 2, isFlow: true, new SeededRandom(1));
        Assert.Equal([0.5f, 0.4f, 0.25f, 0.2f], flow);
    }

    [Fact]
    public void ColourJitterIsThatOfAnIndependentProgram()
    {
        using TempFolder folder = new();
        SeededRandom draws = new(4);
        float[][] pictures = [.. Enumerable.Range(0, 20).Select(_ => Enumerable.Range(0, 5 * 4 * 3).Select(_ => (float)draws.NextDouble()).ToArray())];
        Formats.NpyWriter.Write(folder["in.npy"], Formats.NdArray.From<float>([.. pictures.SelectMany(picture => picture)], 20, 5, 4, 3));
        List<string> plans = [];
        float[][] jittered = [.. pictures.Select((picture, i) =>
        {
            float[] copy = [.. picture];
            PictureAugmentation.Apply(new Augmentation("color-jitter", 0.6), copy, 5, 4, 3, isFlow: false, new SeededRandom((ulong)i));
            // The same draws once more, to tell the other program.
            SeededRandom again = new((ulong)i);
            int[] order = [0, 1, 2];
            again.Shuffle<int>(order);
            plans.Add(string.Join(' ', order.Select(kind => FormattableString.Invariant($"{kind}:{(float)again.NextDouble(0.4, 1.6):R}"))));
            return copy;
        })];
        File.WriteAllLines(folder["plans"], plans);
        PythonOracle.Run("""
            import sys, numpy, torch, torchvision.transforms.functional as F
            x = torch.from_numpy(numpy.load(sys.argv[1])).permute(0, 3, 1, 2)
            kinds = [F.adjust_brightness, F.adjust_contrast, F.adjust_saturation]
            out = []
            for p, plan in zip(x, open(sys.argv[2])):
                for step in plan.split():
                    kind, factor = step.split(':'); p = kinds[int(kind)](p, float(factor))
                out.append(p.permute(1, 2, 0).numpy())
            numpy.save(sys.argv[3], numpy.stack(out))
            """, folder["in.npy"], folder["plans"], folder["out.npy"]);
        using Formats.NpyReader expected = Formats.NpyReader.Open(folder["out.npy"]);
        Assert.Equal(expected.ReadAll().As<float>().ToArray(), jittered.SelectMany(picture => picture), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void MasksNoiseAndRollsChangeWhatTheySay()
    {
        const int bins = 6, frames = 10;
        int masked = 0, widest = 0;
        for (ulong i = 0; i < 300; i++)
        {
            float[] Start() => [.. Enumerable.Range(1, bins * frames).Select(value => (float)value)];
            float[] time = Start(), frequency = Start(), noisy = Start(), rolled = Start();
            SpectrogramAugmentation.Apply(new Augmentation("time-mask", 4), time, bins, frames, 1, new SeededRandom(i));
            SpectrogramAugmentation.Apply(new Augmentation("frequency-mask", 3), frequency, bins, frames, 1, new SeededRandom(i));
            SpectrogramAugmentation.Apply(new Augmentation("noise", 0.1), noisy, bins, frames, 5, new SeededRandom(i));
            SpectrogramAugmentation.Apply(new Augmentation("roll", 1024), rolled, bins, frames, 1, new SeededRandom(i));
            int[] gone = [.. Enumerable.Range(0, frames).Where(t => time[t] == 0)];
            Assert.Equal(bins * gone.Length, time.Count(value => value == 0));
            Assert.True(gone.Length is >= 0 and < 4 && (gone.Length < 2 || gone[^1] - gone[0] == gone.Length - 1));
            masked += gone.Length;
            widest = Math.Max(widest, frequency.Count(value => value == 0) / frames);
            Assert.Equal(0, frequency.Count(value => value == 0) % frames);
            Assert.All(noisy.Zip(Start()), pair => Assert.InRange(pair.First - pair.Second, 0, 0.5001f));
            Assert.Equal(Start().Order(), rolled.Order());
            Assert.Equal(Start()[..frames].Order(), rolled[..frames].Order());
        }
        Assert.InRange(masked, 300, 600);
        Assert.Equal(2, widest);
    }

    [Theory]
    [InlineData("flip", "flip")]
    [InlineData("color-jitter:1", "color-jitter:1")]
    [InlineData("time-mask:192", "time-mask")]
    [InlineData("noise:-1", null)]
    [InlineData("flip:2", null)]
    [InlineData("flop", null)]
    [InlineData("noise:0.1:3", null)]
    public void NamesMayCarryAnAmount(string text, string? told) => Assert.Equal(told, Augmentation.Read(text)?.ToString());
}
