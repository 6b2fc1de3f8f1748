namespace Equipoise.Data.Tests;

public class NearestTests
{
    private static readonly string[] Names = ["train", "epochs", "batch_size", "learning_rate"];

    [Theory]
    [InlineData("epoch", "epochs")]
    [InlineData("EPOCHS", "epochs")]
    [InlineData("batchsize", "batch_size")]
    [InlineData("trian", "train")]
    public void FindsWhatWasMeant(string wrong, string meant) => Assert.Equal(meant, Nearest.Name(wrong, Names));

    [Fact]
    public void FindsNothingWhereNothingIsNear() => Assert.Null(Nearest.Name("zebra-crossing", Names));

    [Fact]
    public void NamesAllWhereNothingIsNear() =>
        Assert.Equal("known: train, epochs, batch_size, learning_rate", Nearest.Remedy("zebra-crossing", Names));
}
