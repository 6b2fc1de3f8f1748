using Equipoise.Torch;
using Equipoise.Torch.Nn;

namespace Equipoise.Encoders.Transformers;

/// <summary>Every patch of a picture times one matrix, as a convolution whose step is its kernel.</summary>
internal sealed class PatchEmbedding : Module
{
    private readonly Conv2d _projection;

    internal PatchEmbedding(long channels, long width, int patch, Generator initial) => _projection = Child("proj", Convolution(channels, width, patch, initial));

    internal static Conv2d Convolution(long channels, long width, int patch, Generator initial)
    {
        long fanIn = channels * patch * patch;
        return new Conv2d(Initial.Xavier(fanIn, width, initial, width, channels, patch, patch), Initial.Uniform(fanIn, initial, width), patch, 0);
    }

    /// <summary><c>[batch, channels, height, width]</c> to <c>[batch, patches, width]</c>, row by row.</summary>
    internal Tensor Forward(Tensor pictures) => Tokens(_projection.Forward(pictures));

    internal static Tensor Tokens(Tensor maps)
    {
        long[] shape = maps.Shape;
        return maps.Reshape(shape[0], shape[1], shape[2] * shape[3]).Transpose(1, 2);
    }
}
