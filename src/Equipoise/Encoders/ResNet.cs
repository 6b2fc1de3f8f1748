using Equipoise.Models;
using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders;

/// <summary>
/// ResNet-18, -34 or -50 (He et al. 2016) without its classifier, in torchvision's names; a clip's embedding is the mean over all
/// frames and positions (OGM-GE, CVPR 2022, section 4). Channels are next to each other in memory, which takes libtorch's convolutions less time.
/// </summary>
public sealed class ResNet : Encoder
{
    private static readonly Dictionary<int, int[]> Depths = new() { [18] = [2, 2, 2, 2], [34] = [3, 4, 6, 3], [50] = [3, 4, 6, 3] };

    private readonly ConvNorm _stem;
    private readonly List<Stage> _stages = [];

    /// <summary>A network for pictures of so many channels; convolutions start Kaiming-normal (fan out).</summary>
    /// <param name="inputs">Channels of a picture: 3, 1 for a spectrogram, 2 for optical flow.</param>
    /// <param name="generator">The stream of initial values.</param>
    /// <param name="depth">18, the default, 34 or 50.</param>
    /// <exception cref="KeyNotFoundException">There is no such depth.</exception>
    public ResNet(long inputs, Generator generator, int depth = 18)
    {
        bool bottleneck = depth == 50;
        _stem = new ConvNorm(Child("conv1", ResNetBlock.Convolution(inputs, 64, 7, 2, generator)), Child("bn1", new BatchNorm2d(64)));
        Width = 64;
        foreach (int blocks in Depths[depth])
        {
            long channels = 64L << _stages.Count, stride = _stages.Count == 0 ? 1 : 2;
            _stages.Add(Child($"layer{_stages.Count + 1}", new Stage(Width, channels, blocks, stride, bottleneck, generator)));
            Width = bottleneck ? channels * 4 : channels;
        }
    }

    internal static EncoderType Type18 { get; } = TypeOf(18);

    internal static EncoderType Type34 { get; } = TypeOf(34);

    internal static EncoderType Type50 { get; } = TypeOf(50);

    /// <inheritdoc />
    public override long Width { get; }

    /// <inheritdoc />
    public override string MemoryFormat(bool blocks) => ChannelBlocks.AreUsable && blocks ? "channel_blocks" : "channels_last";

    /// <inheritdoc />
    public override Tensor Forward(Tensor input, Tensor? mask = null) => Frames.MeanOverPositions(Maps(input), input.Shape[0]);

    /// <summary>The last stage's maps <c>[B·T, width, H/32, W/32]</c>, rounded up; or the same in blocks of channels.</summary>
    internal Tensor Maps(Tensor input)
    {
        bool blocks = ChannelBlocks.AreUsableNow && !input.RequiresGrad;
        Tensor pictures = Frames.ToPictures(input);
        Tensor x = _stem.Forward(blocks ? pictures : pictures.ChannelsLast(), blocks, relu: true);
        x = blocks ? ChannelBlocks.MaxPool2d(x, kernel: 3, stride: 2, padding: 1) : Ops.MaxPool2d(x, kernel: 3, stride: 2, padding: 1);
        foreach (Stage stage in _stages) x = stage.Forward(x, blocks);
        return x;
    }

    private static EncoderType TypeOf(int depth) => new($"resnet{depth}", EncoderType.Maps, block =>
    {
        long inputs = block.Channels;
        return generator => new ResNet(inputs, generator, depth);
    }, NeedsShape: false);

    private sealed class Stage : Module
    {
        private readonly List<ResNetBlock> _blocks = [];

        internal Stage(long inputs, long channels, int blocks, long stride, bool bottleneck, Generator generator)
        {
            for (int i = 0; i < blocks; i++)
            {
                ResNetBlock block = Child($"{i}", new ResNetBlock(inputs, channels, i == 0 ? stride : 1, bottleneck, generator));
                _blocks.Add(block);
                inputs = block.Outputs;
            }
        }

        internal Tensor Forward(Tensor input, bool blocks) => _blocks.Aggregate(input, (x, block) => block.Forward(x, blocks));
    }
}
