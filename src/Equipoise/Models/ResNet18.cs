using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Models;

/// <summary>
/// ResNet-18 (He et al. 2016) without its classifier, in torchvision's names; a clip's embedding is the mean over all
/// frames and positions (OGM-GE, CVPR 2022, section 4).
/// </summary>
public sealed class ResNet18 : Encoder
{
    private readonly Conv2d _conv1;
    private readonly BatchNorm2d _bn1;
    private readonly List<Stage> _stages = [];

    /// <summary>A network for pictures of so many channels; convolutions start Kaiming-normal (fan out).</summary>
    public ResNet18(long inputs, Generator generator)
    {
        _conv1 = Child("conv1", Convolution(inputs, 64, 7, 2, generator));
        _bn1 = Child("bn1", new BatchNorm2d(64));
        long width = 64;
        foreach (long outputs in (long[])[64, 128, 256, 512])
        {
            _stages.Add(Child($"layer{_stages.Count + 1}", new Stage(width, outputs, generator)));
            width = outputs;
        }
    }

    /// <inheritdoc />
    public override long Width => 512;

    /// <inheritdoc />
    public override Tensor Forward(Tensor input) => Frames.MeanOverPositions(Maps(input), input.Shape[0]);

    /// <summary>The last stage's maps <c>[B·T, 512, H/32, W/32]</c>, rounded up.</summary>
    internal Tensor Maps(Tensor input)
    {
        Tensor x = _bn1.Forward(_conv1.Forward(Frames.ToPictures(input))).Relu();
        x = Ops.MaxPool2d(x, kernel: 3, stride: 2, padding: 1);
        foreach (Stage stage in _stages) x = stage.Forward(x);
        return x;
    }

    private static Conv2d Convolution(long inputs, long outputs, long kernel, long stride, Generator generator) =>
        new(Initial.KaimingNormal(outputs * kernel * kernel, generator, outputs, inputs, kernel, kernel), null, stride, kernel / 2);

    private sealed class Stage : Module
    {
        private readonly Block _first;
        private readonly Block _second;

        internal Stage(long inputs, long outputs, Generator generator)
        {
            _first = Child("0", new Block(inputs, outputs, generator));
            _second = Child("1", new Block(outputs, outputs, generator));
        }

        internal Tensor Forward(Tensor input) => _second.Forward(_first.Forward(input));
    }

    private sealed class Block : Module
    {
        private readonly Conv2d _conv1;
        private readonly BatchNorm2d _bn1;
        private readonly Conv2d _conv2;
        private readonly BatchNorm2d _bn2;
        private readonly Shortcut? _downsample;

        internal Block(long inputs, long outputs, Generator generator)
        {
            long stride = inputs == outputs ? 1 : 2;
            _conv1 = Child("conv1", Convolution(inputs, outputs, 3, stride, generator));
            _bn1 = Child("bn1", new BatchNorm2d(outputs));
            _conv2 = Child("conv2", Convolution(outputs, outputs, 3, 1, generator));
            _bn2 = Child("bn2", new BatchNorm2d(outputs));
            if (stride > 1) _downsample = Child("downsample", new Shortcut(inputs, outputs, generator));
        }

        internal Tensor Forward(Tensor input)
        {
            Tensor x = _bn1.Forward(_conv1.Forward(input)).Relu();
            x = _bn2.Forward(_conv2.Forward(x));
            return (x + (_downsample?.Forward(input) ?? input)).Relu();
        }
    }

    private sealed class Shortcut : Module
    {
        private readonly Conv2d _conv;
        private readonly BatchNorm2d _norm;

        internal Shortcut(long inputs, long outputs, Generator generator)
        {
            _conv = Child("0", Convolution(inputs, outputs, 1, 2, generator));
            _norm = Child("1", new BatchNorm2d(outputs));
        }

        internal Tensor Forward(Tensor input) => _norm.Forward(_conv.Forward(input));
    }
}
