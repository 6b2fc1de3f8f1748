using Equipoise.Methods;
using Equipoise.Torch;
using Equipoise.Training;

namespace Equipoise.Samples.Tests;

/// <summary>The product's step serves a loop of one's own.</summary>
public sealed class AnyMethodTests
{
    [Fact]
    public void MmParetoLearnsAndSaysHowOftenGradientsConflict()
    {
        long live = TensorDiagnostics.Live;
        EpochRecord[] records = AnyMethod.Train(new MmPareto(), epochs: 6, seed: 0);
        Assert.InRange(records[^1].MeanTotal, 0, 0.7 * records[0].MeanTotal);
        Assert.All(records, record => Assert.Equal(8, record.Figures["conflict.picture"].Count));
        Assert.Equal(live, TensorDiagnostics.Live);
    }

    [Fact]
    public void OgmGeIsThatOfOnesOwnLoop()
    {
        double[] own = OwnLoop.Train(epochs: 3, seed: 4);
        EpochRecord[] records = AnyMethod.Train(new OgmGe(), epochs: 3, seed: 4);
        Assert.Equal(own, records.Select(record => record.MeanTotal));
    }
}
