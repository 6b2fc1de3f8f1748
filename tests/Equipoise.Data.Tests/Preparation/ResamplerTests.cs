using System.Globalization;
using Equipoise.Data.Preparation;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Preparation;

/// <summary>Pictures are resized as torchvision does it, to one grey level.</summary>
public sealed class ResamplerTests
{
    [Theory]
    [InlineData(97, 131, 48, 64, false)]
    [InlineData(97, 131, 224, 224, false)]
    [InlineData(97, 131, 30, 200, false)]
    [InlineData(97, 131, 48, 64, true)]
    [InlineData(97, 131, 224, 224, true)]
    [InlineData(10, 7, 1, 1, false)]
    [InlineData(5, 5, 5, 9, true)]
    [InlineData(300, 2, 11, 2, true)]
    public void ItIsTorchvisionsWithAntialiasing(int height, int width, int toHeight, int toWidth, bool cubic)
    {
        using TempFolder folder = new();
        SeededRandom random = new((ulong)(height + toWidth));
        byte[] picture = [.. Enumerable.Range(0, height * width * 3).Select(i => (byte)(i / 3 % width * 200 / width + random.Next(56)))];
        NpyWriter.Write(folder["in.npy"], new NdArray(ElementType.UInt8, [height, width, 3], picture));
        PythonOracle.Run("""
            import sys, numpy, torch
            from torchvision.transforms import InterpolationMode as M, functional as F
            x = torch.from_numpy(numpy.load(sys.argv[1])).permute(2, 0, 1)
            y = F.resize(x, [int(sys.argv[2]), int(sys.argv[3])], M.BICUBIC if sys.argv[4] == 'True' else M.BILINEAR, antialias=True)
            numpy.save(sys.argv[5], y.permute(1, 2, 0).contiguous().numpy())
            """, folder["in.npy"], toHeight.ToString(CultureInfo.InvariantCulture), toWidth.ToString(CultureInfo.InvariantCulture), $"{cubic}", folder["out.npy"]);
        using NpyReader expected = NpyReader.Open(folder["out.npy"]);
        byte[] resized = Resampler.Resize(picture, height, width, 3, toHeight, toWidth, cubic);
        Assert.Equal(expected.ReadAll().Data, resized, (a, b) => Math.Abs(a - b) <= 1);
    }

    [Theory]
    [InlineData("bilinear")]
    [InlineData("bicubic")]
    public void ARecipeThatCropsKeepsTheAspect(string resize)
    {
        using TempFolder folder = new();
        RawMedia.Ffmpeg("-f", "lavfi", "-i", "testsrc=s=60x40:r=5:d=2", "-frames:v", "1", folder["p.png"]);
        RawMedia.Ffmpeg("-f", "lavfi", "-i", "testsrc=s=60x40:r=5:d=2", "-c:v", "ffv1", folder["v.mkv"]);
        byte[] whole = Prepare("{type: frames, size: [40, 60]}", folder["p.png"]);
        byte[] cropped = Prepare($"{{type: frames, size: [40, 40], fit: crop, resize: {resize}}}", folder["p.png"]);
        Assert.Equal(Resampler.CropMiddle(whole, 40, 60, 3, 40, 40), cropped);
        Assert.Equal(whole.Skip((20 * 60 + 10) * 3).Take(120), cropped.Skip(20 * 40 * 3).Take(120));
        // Frames in the middle of two halves of a clip, by counting first; the same as by taking all.
        byte[] even = Prepare("{type: frames, rate: 5, frames: 2, choose: even, size: [40, 60], colour: grey}", folder["v.mkv"]);
        byte[] all = Prepare("{type: frames, rate: 5, frames: 10, size: [40, 60], colour: grey}", folder["v.mkv"]);
        Assert.Equal([.. all[(2 * 2400)..(3 * 2400)], .. all[(7 * 2400)..(8 * 2400)]], even);
    }

    private static byte[] Prepare(string yaml, string file)
    {
        ProblemList problems = new();
        Recipe recipe = Recipe.Read(YamlMap.Parse(yaml, "test", problems))!;
        problems.ThrowIfAny();
        var decoded = Assert.Single(recipe.Prepare([file], RawMedia.Stop));
        Assert.Null(decoded.Failure);
        return decoded.Data!;
    }
}
