using Equipoise.Formats;
using Equipoise.Methods;
using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;
using Equipoise.Torch.Optimizers;

namespace Equipoise.Samples;

/// <summary>A training loop of one's own around encoders of one's own: OGM-GE is four lines between backward and step.</summary>
public sealed class OwnLoop : IDisposable
{
    private readonly Linear _head;

    /// <summary>Encoders and a head over their joined features.</summary>
    public OwnLoop(ulong seed)
    {
        using TensorScope scope = TensorScope.Begin();
        using Generator initial = new(seed);
        Sound = new SoundNet(initial);
        Picture = new PictureNet(initial);
        _head = new Linear(Sound.Width + Picture.Width, MadeUpData.Classes.Count, initial);
    }

    public SoundNet Sound { get; }

    public PictureNet Picture { get; }

    public IEnumerable<(string Name, Tensor Tensor)> Parameters => [.. Sound.NamedParameters("sound"), .. Picture.NamedParameters("picture"), .. _head.NamedParameters("head")];

    /// <summary>Trains and returns the mean loss of each epoch.</summary>
    public static double[] Train(int epochs, ulong seed)
    {
        using TensorScope scope = TensorScope.Begin();
        using OwnLoop model = new(seed);
        using Sgd optimizer = new(model.Parameters, learningRate: 0.05, momentum: 0.9);
        using Generator noise = new(seed);
        (Tensor Sound, Tensor Picture, Tensor Labels)[] batches = [.. Enumerable.Range(0, 8).Select(batch => Batch((ulong)batch))];
        return [.. Enumerable.Range(0, epochs).Select(_ => batches.Average(batch => model.Step(batch.Sound, batch.Picture, batch.Labels, optimizer, noise)))];
    }

    /// <summary>Sixteen samples as tensors.</summary>
    public static (Tensor Sound, Tensor Picture, Tensor Labels) Batch(ulong seed)
    {
        Dictionary<string, NdArray> arrays = MadeUpData.Arrays(16, seed);
        return (arrays["sound"].ToTensor(), arrays["picture"].ToTensor().Reshape(16, 1, 6, 6), arrays["label"].ToTensor());
    }

    /// <summary>One step; returns the loss.</summary>
    public double Step(Tensor sound, Tensor picture, Tensor labels, Optimizer optimizer, Generator noise)
    {
        using TensorScope scope = TensorScope.Begin();
        #region OwnLoop
        Tensor s = Sound.Forward(sound), p = Picture.Forward(picture);
        Tensor loss = Ops.CrossEntropy(_head.Forward(Ops.Cat([s, p], dim: 1)), labels);
        Autograd.Backward(loss);

        double[] scores = [GradientModulation.Score(Alone(s, 0), labels), GradientModulation.Score(Alone(p, Sound.Width), labels)];
        double[] coefficients = OgmCoefficients.Coefficients(OgmCoefficients.Ratios(scores), alpha: 0.8);
        GradientModulation.Apply(Sound.NamedParameters(), coefficients[0], noise: 1, noise);
        GradientModulation.Apply(Picture.NamedParameters(), coefficients[1], noise: 1, noise);

        optimizer.Step();
        optimizer.ClearGradients();
        #endregion
        return loss.ToDouble();
    }

    /// <summary>What the head says of one modality alone: its columns of the weight and half of the bias.</summary>
    private Tensor Alone(Tensor features, long firstColumn) =>
        Ops.Linear(features, _head.Weight.Narrow(1, firstColumn, features.Shape[1]), _head.Bias * 0.5);

    public void Dispose()
    {
        Sound.Dispose();
        Picture.Dispose();
        _head.Dispose();
    }
}

/// <summary>An encoder of one's own: two layers.</summary>
public sealed class SoundNet : Encoder
{
    private readonly Linear _first, _second;

    public SoundNet(Generator initial)
    {
        _first = Child("first", new Linear(12, 16, initial));
        _second = Child("second", new Linear(16, Width, initial));
    }

    public override long Width => 8;

    public override Tensor Forward(Tensor input, Tensor? mask = null) => _second.Forward(_first.Forward(input).Relu());
}

/// <summary>Another one: a convolution and the mean over positions.</summary>
public sealed class PictureNet : Encoder
{
    private readonly Conv2d _convolution;

    public PictureNet(Generator initial) => _convolution = Child("convolution", new Conv2d(1, Width, kernel: 3, initial));

    public override long Width => 8;

    public override Tensor Forward(Tensor input, Tensor? mask = null) => _convolution.Forward(input).Relu().Mean([2, 3]);
}
