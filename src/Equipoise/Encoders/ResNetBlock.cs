using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// A residual block: two 3×3 convolutions, or (bottleneck) 1×1, 3×3, 1×1 with four times the channels going out. The first 3×3 has the
/// stride, as in torchvision.
/// </summary>
internal sealed class ResNetBlock : Module
{
    private readonly List<ConvNorm> _layers = [];
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

    internal Tensor Forward(Tensor input, bool blocks)
    {
        using TensorScope between = TensorScope.Begin();
        Tensor x = input;
        foreach (ConvNorm layer in _layers.SkipLast(1)) x = layer.Forward(x, blocks, relu: true);
        return between.Keep(_layers[^1].Forward(x, blocks, relu: true, _downsample?.Forward(input, blocks) ?? input));
    }

    internal static Conv2d Convolution(long inputs, long outputs, long kernel, long stride, Generator generator) =>
        new(Initial.KaimingNormal(outputs * kernel * kernel, generator, outputs, inputs, kernel, kernel).ChannelsLast(), null, stride, kernel / 2);

    private void Add(long inputs, long outputs, long kernel, long stride, Generator generator)
    {
        int number = _layers.Count + 1;
        _layers.Add(new ConvNorm(Child($"conv{number}", Convolution(inputs, outputs, kernel, stride, generator)), Child($"bn{number}", new BatchNorm2d(outputs))));
    }

    private sealed class Shortcut : Module
    {
        private readonly ConvNorm _layer;

        internal Shortcut(long inputs, long outputs, long stride, Generator generator)
        {
            _layer = new ConvNorm(Child("0", Convolution(inputs, outputs, 1, stride, generator)), Child("1", new BatchNorm2d(outputs)));
        }

        internal Tensor Forward(Tensor input, bool blocks) => _layer.Forward(input, blocks, relu: false);
    }
}
