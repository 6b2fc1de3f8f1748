namespace Equipoise.Torch;

/// <summary>
/// Maps whose channels stand in blocks of sixteen, <c>[batch, channels / 16, height, width, 16]</c>, float32: the layout in which oneDNN
/// computes 3×3 convolutions by Winograd's method (Lavin and Gray, CVPR 2016), in less than half the time of direct ones and with
/// errors of the same size. Ordinary operators take such maps as any other tensor.
/// </summary>
public static class ChannelBlocks
{
    private const long Size = 16;
    private static readonly Lazy<bool> Winograd = new(HasWinograd);
    private static readonly Lazy<Operator> Conv2dOp = new(() => Operator.Get("equipoise::conv2d"));
    private static readonly Lazy<Operator> Conv2dOntoOp = new(() => Operator.Get("equipoise::conv2d_onto"));
    private static readonly Lazy<Operator> BatchNormOp = new(() => Operator.Get("equipoise::batch_norm"));
    private static readonly Operator MaxPoolOp = Operator.Get("equipoise::max_pool2d");
    private static readonly Lazy<Operator> AddReluOp = new(() => Operator.Get("equipoise::add_relu"));

    /// <summary>Whether this build and this processor (AVX-512) have Winograd's convolutions.</summary>
    public static bool AreUsable => Winograd.Value;

    /// <summary>Whether what is computed now may use them: on the processor, in single precision, and not while a program is recorded for other runtimes.</summary>
    public static bool AreUsableNow => AreUsable && DeviceScope.Current.IsCpu && Autocast.Current is null && !ScriptTracer.IsOn;

    /// <summary>A convolution; the result stands in blocks.</summary>
    /// <param name="input">Maps in blocks, or pictures <c>[batch, channels, height, width]</c>, which no gradient reaches then.</param>
    /// <param name="weight">The kernel <c>[outputs, inputs, side, side]</c>; outputs a multiple of 16.</param>
    /// <param name="stride">Step between positions.</param>
    /// <param name="padding">Zeros on each side.</param>
    public static Tensor Conv2d(Tensor input, Tensor weight, long stride, long padding) => Conv2dOp.Value.Call(input, weight, stride, padding);

    /// <summary>A convolution for inference, with a bias; outside of autograd.</summary>
    /// <param name="input">As for <see cref="Conv2d"/>.</param>
    /// <param name="weight">As for <see cref="Conv2d"/>.</param>
    /// <param name="bias">One number per output.</param>
    /// <param name="sum">Maps that the result is added to, in their place; null for new ones.</param>
    /// <param name="stride">As for <see cref="Conv2d"/>.</param>
    /// <param name="padding">As for <see cref="Conv2d"/>.</param>
    public static Tensor Conv2dOnto(Tensor input, Tensor weight, Tensor bias, Tensor? sum, long stride, long padding) =>
        Conv2dOntoOp.Value.Call(input, weight, bias, sum, stride, padding);

    /// <summary>Batch normalisation by the batch's own statistics, which also move the running ones; rectified where asked.</summary>
    public static Tensor BatchNorm(Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, double momentum, double epsilon, bool relu) =>
        BatchNormOp.Value.Call(input, weight, bias, mean, variance, momentum, epsilon, relu);

    /// <summary>The rectified sum of two tensors of one shape.</summary>
    public static Tensor AddRelu(Tensor one, Tensor other) => AddReluOp.Value.Call(one, other);

    /// <summary>The largest value under a window with a side of at most 16.</summary>
    public static Tensor MaxPool2d(Tensor maps, long kernel, long stride, long padding) => MaxPoolOp.Call(maps, kernel, stride, padding);

    /// <summary>A vector of one number per channel, so that it meets maps in blocks: <c>[1, channels / 16, 1, 1, 16]</c>.</summary>
    public static Tensor Spread(Tensor perChannel) => perChannel.Reshape(1, -1, 1, 1, Size);

    /// <summary>The maps as <c>[batch, channels, height, width]</c>; those that are so already as they are.</summary>
    public static Tensor Unpack(Tensor maps)
    {
        long[] shape = maps.Shape;
        return shape.Length == 5 ? maps.Permute(0, 1, 4, 2, 3).Reshape(shape[0], shape[1] * Size, shape[2], shape[3]) : maps;
    }

    private static bool HasWinograd()
    {
        try
        {
            return Operator.Get("equipoise::has_winograd").CallBoolean();
        }
        catch (NotSupportedException)
        {
            return false; // Built without oneDNN's headers.
        }
    }
}
