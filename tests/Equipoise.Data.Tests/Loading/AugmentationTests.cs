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
            Augmentation.Apply("flip", picture, 1, 3, 2, random);
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
            Augmentation.Apply("random-resized-crop", picture, 30, 40, 1, random);
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
        Augmentation.Apply("random-resized-crop", picture, 8, 8, 3, new SeededRandom(3));
        Assert.All(picture, value => Assert.Equal(0.25f, value));
    }
}
