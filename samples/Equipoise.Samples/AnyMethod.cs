using Equipoise.Fusions;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;
using Equipoise.Training;

namespace Equipoise.Samples;

/// <summary>Encoders and a loop of one's own under any method: only the step is the product's.</summary>
public static class AnyMethod
{
    /// <summary>Trains and returns what each epoch added up.</summary>
    public static EpochRecord[] Train(BalancingMethod method, int epochs, ulong seed)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(seed), noise = new(seed);
        (Tensor Sound, Tensor Picture, Tensor Labels)[] batches = [.. Enumerable.Range(0, 8).Select(batch => OwnLoop.Batch((ulong)batch))];
        #region AnyMethod
        Encoder sound = new SoundNet(initial), picture = new PictureNet(initial);
        Fusion fusion = new ConcatFusion([("sound", sound.Width), ("picture", picture.Width)], classes: 3, initial);
        Dictionary<string, Linear>? heads = method.Info.UnimodalHeads
            ? new() { ["sound"] = new Linear(sound.Width, 3, initial), ["picture"] = new Linear(picture.Width, 3, initial) }
            : null;
        using MultimodalModel model = new([("sound", sound), ("picture", picture)], fusion, heads);
        using MethodSet methods = new(method);
        using Sgd optimizer = new(model.NamedParameters(), learningRate: 0.05, momentum: 0.9);
        TrainingStep step = new(model, methods, optimizer, new LossFunction(), noise);
        methods.Start(model, samples: 16 * batches.Length);

        EpochRecord[] records = [.. Enumerable.Range(0, epochs).Select(_ => new EpochRecord())];
        for (int epoch = 0; epoch < epochs; epoch++)
            for (int i = 0; i < batches.Length; i++)
            {
                Dictionary<string, Tensor> inputs = new() { ["sound"] = batches[i].Sound, ["picture"] = batches[i].Picture };
                step.Run(new ModelInput(inputs, batches[i].Labels), new StepPosition(epoch, i, batches.Length), records[epoch]);
            }
        #endregion
        return records;
    }
}
