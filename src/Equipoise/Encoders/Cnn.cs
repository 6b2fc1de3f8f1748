using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// A small convolutional network: 3×3 convolutions of stride 2 and padding 1, each followed by a ReLU (and before it, if
/// wanted, by batch normalisation, then without bias), and the mean over positions.
/// </summary>
public sealed class Cnn : Encoder
{
    private readonly List<Block> _blocks = [];

    /// <summary>One convolution per entry of <paramref name="channels"/>; the last is the feature's width.</summary>
    /// <param name="inputs">Channels of a picture.</param>
    /// <param name="channels">Channels that each convolution gives.</param>
    /// <param name="generator">The stream of initial values.</param>
    /// <param name="batchNorm">Whether batch normalisation follows each convolution; false by default.</param>
    public Cnn(long inputs, IReadOnlyList<int> channels, Generator generator, bool batchNorm = false)
    {
        foreach (int outputs in channels)
        {
            _blocks.Add(Child($"{_blocks.Count}", new Block(inputs, outputs, batchNorm, generator)));
            inputs = outputs;
        }
        Width = inputs;
    }

    internal static EncoderType Type { get; } = new("cnn", EncoderType.Maps, block =>
    {
        long inputs = block.Channels;
        IReadOnlyList<int> channels = block.Sizes("channels", [16, 32, 64]);
        bool norm = block.Choice("norm", "none", "none", "batch") == "batch";
        return generator => new Cnn(inputs, channels, generator, norm);
    }, NeedsShape: false);

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null)
    {
        Tensor x = Frames.ToPictures(input);
        foreach (Block block in _blocks) x = block.Forward(x);
        return Frames.MeanOverPositions(x, input.Shape[0]);
    }

    private sealed class Block : Module
    {
        private readonly Tensor _weight;
        private readonly Tensor? _bias;
        private readonly BatchNorm2d? _norm;

        internal Block(long inputs, long outputs, bool batchNorm, Generator generator)
        {
            _weight = Parameter("weight", Initial.Uniform(inputs * 9, generator, outputs, inputs, 3, 3));
            if (batchNorm) _norm = Child("norm", new BatchNorm2d(outputs));
            else _bias = Parameter("bias", Initial.Uniform(inputs * 9, generator, outputs));
        }

        internal Tensor Forward(Tensor input)
        {
            Tensor maps = Ops.Conv2d(input, _weight, _bias, stride: 2, padding: 1);
            return (_norm?.Forward(maps) ?? maps).Relu();
        }
    }
}
