using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Models;

/// <summary>Turns one modality's input into a feature vector.</summary>
public abstract class Encoder : Module
{
    /// <summary>The size of the feature vector.</summary>
    public abstract long Width { get; }

    /// <summary>
    /// How it lays pictures out in memory, by a fixed rule: <c>contiguous</c>, <c>channels_last</c>, or <c>channel_blocks</c>
    /// (<see cref="ChannelBlocks"/>).
    /// </summary>
    /// <param name="blocks">Whether blocks of channels are to be had: on the processor, in single precision.</param>
    public virtual string MemoryFormat(bool blocks) => "contiguous";

    /// <summary>What dropout and drop path draw from; a training step starts it anew from the run's seed.</summary>
    public DrawStream Draws { get; } = new();

    /// <summary>Maps a batch of inputs to features <c>[batch, width]</c>.</summary>
    /// <param name="input">The batch in front; a text comes as token numbers, int64.</param>
    /// <param name="mask">For texts and sequences <c>[batch, positions]</c>, bool, true where a position is real; null where all are. Others leave it alone.</param>
    public abstract Tensor Forward(Tensor input, Tensor? mask = null);
}

/// <summary>Pictures and clips look alike to a 2-D network: the frames of a clip become pictures of their own.</summary>
internal static class Frames
{
    /// <summary>A batch <c>[B, C, H, W]</c> as it is; a batch of clips <c>[B, C, T, H, W]</c> as <c>[B·T, C, H, W]</c>.</summary>
    internal static Tensor ToPictures(Tensor input)
    {
        long[] shape = input.Shape;
        return shape.Length == 5
            ? input.Permute(0, 2, 1, 3, 4).Reshape(shape[0] * shape[2], shape[1], shape[3], shape[4])
            : input;
    }

    /// <summary>The mean over the frames of each sample: <c>[B·T, width]</c> to <c>[B, width]</c>.</summary>
    internal static Tensor MeanOverFrames(Tensor features, long batch)
    {
        long[] shape = features.Shape;
        return shape[0] == batch ? features : features.Reshape(batch, shape[0] / batch, shape[1]).Mean([1]);
    }

    /// <summary>The mean of all positions of all frames: <c>[B·T, C, h, w]</c>, or the same in blocks of channels, to <c>[B, C]</c>.</summary>
    internal static Tensor MeanOverPositions(Tensor maps, long batch)
    {
        long[] shape = maps.Shape;
        if (shape.Length == 5) return maps.Reshape(batch, shape[0] / batch, shape[1], shape[2] * shape[3], shape[4]).Mean([1, 3]).Reshape(batch, -1);
        return shape[0] == batch
            ? maps.Mean([2, 3])
            : maps.Reshape(batch, shape[0] / batch, shape[1], shape[2] * shape[3]).Mean([1, 3]);
    }
}
