using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Samples.Tests;

/// <summary>OGM-GE in a loop of one's own is OGM-GE.</summary>
public sealed class OwnLoopTests
{
    [Fact]
    public void ItsStepsAreThoseOfTheProductBitForBit()
    {
        using TensorScope scope = TensorScope.Begin();
        using OwnLoop own = new(seed: 7);
        using Sgd ownOptimizer = new(own.Parameters, 0.05, momentum: 0.9);
        using MultimodalModel model = Product(seed: 7);
        using Sgd optimizer = new(model.NamedParameters(), 0.05, momentum: 0.9);
        using MethodSet methods = new(new OgmGe());
        using Generator ownNoise = new(1), noise = new(1);
        TrainingStep step = new(model, methods, optimizer, new LossFunction(), noise);
        EpochRecord record = new();
        for (int i = 0; i < 5; i++)
        {
            var (sound, picture, labels) = OwnLoop.Batch((ulong)i);
            own.Step(sound, picture, labels, ownOptimizer, ownNoise);
            step.Run(new ModelInput(new Dictionary<string, Tensor> { ["sound"] = sound, ["picture"] = picture }, labels), new StepPosition(0, i, 5), record);
        }
        Assert.InRange(record.Figures["coefficient.sound"].Sum, 0.1, 4.9);
        Assert.Equal(
            [.. model.NamedParameters().Select(parameter => parameter.Tensor.ToArray<float>())],
            own.Parameters.Select(parameter => parameter.Tensor.ToArray<float>()));
    }

    [Fact]
    public void ItLearnsAndLeaksNothing()
    {
        long live = TensorDiagnostics.Live;
        double[] losses = OwnLoop.Train(epochs: 6, seed: 0);
        Assert.InRange(losses[^1], 0, 0.7 * losses[0]);
        Assert.Equal(live, TensorDiagnostics.Live);
    }

    private static MultimodalModel Product(ulong seed)
    {
        using Generator initial = new(seed);
        SoundNet sound = new(initial);
        PictureNet picture = new(initial);
        return new MultimodalModel([("sound", sound), ("picture", picture)], new ConcatFusion([("sound", sound.Width), ("picture", picture.Width)], MadeUpData.Classes.Count, initial));
    }
}
