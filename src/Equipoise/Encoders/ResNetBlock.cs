using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// A residual block: two 3×3 convolutions, or (bottleneck) 1×1, 3×3, 1×1 with four times the channels going out. The first 3×3 has the
/// stride, as in torchvision.
/// </summary>
internal sealed class ResNetBlock : Module
{
    private readonly List<(Conv2d Convolution, BatchNorm2d Norm)> _layers = [];
    private readonly Shortcut? _downsample;

    internal ResNetBlock(long inputs, long channels, long stride, bool bottleneck, Generator generator)
    {
        Outputs = bottleneck ? channels * 4 : channels;
        if (bottleneck) Add(inputs, channels, 1, 1, generator);
        Add(bottleneck ? channels : inputs, channels, 3, stride, generator);
        Add(channels, Outputs, bottleneck ? 1 : 3, 1, generator);
        if (stride > 1 || inputs != Outputs) _downsample = Child("downsample", new Shortcut(inputs, Outputs, stride, generator));
    }

    /// <summary>Channels that go out.</summary>
    internal long Outputs { get; }

    internal Tensor Forward(Tensor input)
    {
        Tensor x = input;
        for (int i = 0; i < _layers.Count; i++)
        {
            x = _layers[i].Norm.Forward(_layers[i].Convolution.Forward(x));
            if (i + 1 < _layers.Count) x = x.Relu();
        }
        return (x + (_downsample?.Forward(input) ?? input)).Relu();
    }

    internal static Conv2d Convolution(long inputs, long outputs, long kernel, long stride, Generator generator) =>
        new(Initial.KaimingNormal(outputs * kernel * kernel, generator, outputs, inputs, kernel, kernel).ChannelsLast(), null, stride, kernel / 2);

    private void Add(long inputs, long outputs, long kernel, long stride, Generator generator)
    {
        int number = _layers.Count + 1;
        _layers.Add((Child($"conv{number}", Convolution(inputs, outputs, kernel, stride, generator)), Child($"bn{number}", new BatchNorm2d(outputs))));
    }

    private sealed class Shortcut : Module
    {
        private readonly Conv2d _conv;
        private readonly BatchNorm2d _norm;

        internal Shortcut(long inputs, long outputs, long stride, Generator generator)
        {
            _conv = Child("0", Convolution(inputs, outputs, 1, stride, generator));
            _norm = Child("1", new BatchNorm2d(outputs));
        }

        internal Tensor Forward(Tensor input) => _norm.Forward(_conv.Forward(input));
    }
}
