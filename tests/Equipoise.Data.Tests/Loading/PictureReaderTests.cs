namespace Equipoise.Data.Tests.Loading;

public sealed class PictureReaderTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(9)]
    public void TheWholePictureIsNormalisedExactly(int channels)
    {
        const int height = 7, width = 45;
        byte[] picture = Bytes(height * width * channels);
        InputNormalisation normalisation = new([.. Enumerable.Range(1, channels).Select(c => 0.4 + c / 100.0)], [.. Enumerable.Range(1, channels).Select(c => 0.2 + c / 100.0)]);
        float[] read = new float[picture.Length];
        new PictureReader(height, width, channels, normalisation).Read(picture, PictureView.Whole(height, width), read, height * width);
        for (int p = 0; p < height * width; p++)
            for (int c = 0; c < channels; c++)
                Assert.Equal((picture[p * channels + c] / 255f - (float)normalisation.Mean[c]) * (float)(1 / normalisation.Std[c]), read[c * height * width + p]);
    }

    /// <summary>One pass gives what the augmentations give one after the other, from the same draws.</summary>
    [Theory]
    [InlineData(3, "random-resized-crop", "flip")]
    [InlineData(3, "flip", "random-resized-crop")]
    [InlineData(1, "random-resized-crop:0.5", "flip")]
    [InlineData(4, "flip")]
    public void AViewIsWhatTheAugmentationsGive(int channels, params string[] names)
    {
        const int height = 31, width = 50;
        byte[] picture = Bytes(height * width * channels);
        Augmentation[] augmentations = [.. names.Select(name => Augmentation.Read(name)!)];
        Assert.True(PictureView.Covers(augmentations));
        PictureReader reader = new(height, width, channels, new InputNormalisation([0], [1]));
        for (ulong seed = 0; seed < 20; seed++)
        {
            float[] expected = [.. picture.Select(value => value / 255f)], read = new float[picture.Length];
            SeededRandom random = new(seed);
            foreach (Augmentation augmentation in augmentations) PictureAugmentation.Apply(augmentation, expected, height, width, channels, isFlow: false, random);
            reader.Read(picture, PictureView.Draw(augmentations, height, width, new SeededRandom(seed)), read, height * width);
            for (int p = 0; p < height * width; p++)
                for (int c = 0; c < channels; c++) Assert.Equal(expected[p * channels + c], read[c * height * width + p], 1e-5f);
        }
    }

    [Fact]
    public void OtherChangesAreNoView()
    {
        Assert.False(PictureView.Covers([Augmentation.Read("color-jitter")!]));
        Assert.False(PictureView.Covers([Augmentation.Read("random-resized-crop")!, Augmentation.Read("random-resized-crop")!]));
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(4).NextBytes(bytes);
        return bytes;
    }
}
