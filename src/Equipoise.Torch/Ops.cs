namespace Equipoise.Torch;

/// <summary>The operators that Equipoise uses, looked up once each.</summary>
public static partial class Ops
{
    private static readonly Operator FullOp = Operator.Get("aten::full");
    private static readonly Operator EyeOp = Operator.Get("aten::eye");
    private static readonly Operator ArangeOp = Operator.Get("aten::arange");
    private static readonly Operator CatOp = Operator.Get("aten::cat");
    private static readonly Operator StackOp = Operator.Get("aten::stack");
    private static readonly Operator LinearOp = Operator.Get("aten::linear");
    private static readonly Operator Conv2dOp = Operator.Get("aten::conv2d");
    private static readonly Operator BatchNormOp = Operator.Get("aten::batch_norm");
    private static readonly Operator LayerNormOp = Operator.Get("aten::layer_norm");
    private static readonly Operator MaxPoolOp = Operator.Get("aten::max_pool2d");
    private static readonly Operator EmbeddingOp = Operator.Get("aten::embedding");
    private static readonly Operator CrossEntropyOp = Operator.Get("aten::cross_entropy_loss");
    private static readonly Operator WhereOp = Operator.Get("aten::where", "self");
    private static readonly Operator StftOp = Operator.Get("aten::stft");

    /// <summary>A tensor filled with one value, where new tensors lie (<see cref="DeviceScope"/>).</summary>
    public static Tensor Full(ReadOnlySpan<long> shape, double value, DType type) => Full(shape, value, type, DeviceScope.Current);

    /// <summary>A tensor filled with one value.</summary>
    internal static Tensor Full(ReadOnlySpan<long> shape, double value, DType type, Device device) => FullOp.Call(shape.ToArray(), value, type, Argument.None, device);

    /// <summary>The identity matrix <c>[n, n]</c>.</summary>
    public static Tensor Eye(long n) => EyeOp.Call(n, DType.Float32, Argument.None, DeviceScope.Current);

    /// <summary>The integers 0 to n − 1.</summary>
    public static Tensor Arange(long n) => ArangeOp.Call(n, DType.Int64, Argument.None, DeviceScope.Current);

    /// <summary>Joins tensors along an existing dimension.</summary>
    public static Tensor Cat(Tensor[] tensors, long dim) => CatOp.Call(tensors, dim);

    /// <summary>Joins tensors along a new dimension.</summary>
    public static Tensor Stack(Tensor[] tensors, long dim = 0) => StackOp.Call(tensors, dim);

    /// <summary><c>x Wᵀ + b</c> with x <c>[…, in]</c>, W <c>[out, in]</c>, b <c>[out]</c>.</summary>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias = null) => LinearOp.Call(input, weight, bias);

    /// <summary>2-D convolution of <c>[batch, in, height, width]</c> with a kernel <c>[out, in, kernel, kernel]</c>.</summary>
    public static Tensor Conv2d(Tensor input, Tensor weight, Tensor? bias, long stride, long padding) =>
        Conv2dOp.Call(input, weight, bias, new[] { stride, stride }, new[] { padding, padding });

    /// <summary>Batch normalisation over all dimensions but the second.</summary>
    public static Tensor BatchNorm(
        Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, bool training, double momentum, double epsilon) =>
        BatchNormOp.Call(input, weight, bias, mean, variance, training, momentum, epsilon, true);

    /// <summary>Layer normalisation over the last dimensions.</summary>
    public static Tensor LayerNorm(Tensor input, long[] shape, Tensor? weight, Tensor? bias, double epsilon) =>
        LayerNormOp.Call(input, shape, weight, bias, epsilon);

    /// <summary>The largest value under a window.</summary>
    public static Tensor MaxPool2d(Tensor input, long kernel, long stride, long padding) =>
        MaxPoolOp.Call(input, new[] { kernel, kernel }, new[] { stride, stride }, new[] { padding, padding });

    /// <summary>Rows of a table by index.</summary>
    public static Tensor Embedding(Tensor table, Tensor indices) => EmbeddingOp.Call(table, indices);

    /// <summary>Mean cross-entropy of logits <c>[batch, classes]</c> and labels <c>[batch]</c>.</summary>
    /// <param name="logits">Scores before softmax.</param>
    /// <param name="labels">Class numbers, int64.</param>
    /// <param name="classWeights">A weight per class, or none; the mean is then weighted.</param>
    /// <param name="labelSmoothing">Between 0 and 1; 0 by default.</param>
    /// <param name="reduce">True for the mean, false for one value per sample.</param>
    public static Tensor CrossEntropy(
        Tensor logits, Tensor labels, Tensor? classWeights = null, double labelSmoothing = 0, bool reduce = true) =>
        CrossEntropyOp.Call(logits, labels, classWeights, reduce ? 1L : 0L, -100L, labelSmoothing);

    /// <summary>Element by element the first where the condition holds, else the second.</summary>
    public static Tensor Where(Tensor condition, Tensor then, Tensor otherwise) => WhereOp.Call(condition, then, otherwise);

    /// <summary>Short-time Fourier transform (complex) of a signal that is padded already.</summary>
    public static Tensor Stft(Tensor signal, long fftSize, long hop, long windowLength, Tensor window) =>
        StftOp.Call(signal, fftSize, hop, windowLength, window, false, true, true);
}
