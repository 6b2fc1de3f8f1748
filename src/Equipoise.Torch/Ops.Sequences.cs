namespace Equipoise.Torch;

// Operators of networks over sequences: attention, recurrence, convolution in time.
public static partial class Ops
{
    private static readonly Operator GeluOp = Operator.Get("aten::gelu");
    private static readonly Operator LogicalNotOp = Operator.Get("aten::logical_not");
    private static readonly Operator MaskedFillOp = Operator.Get("aten::masked_fill", "Scalar");
    private static readonly Operator MaxOp = Operator.Get("aten::amax");
    private static readonly Operator Conv1dOp = Operator.Get("aten::conv1d");
    private static readonly Operator PackOp = Operator.Get("aten::_pack_padded_sequence");
    private static readonly Operator GruOp = Operator.Get("aten::gru", "data");
    private static readonly Operator SortOp = Operator.Get("aten::argsort");
    private static readonly Operator ExpandOp = Operator.Get("aten::expand");

    /// <summary>x Φ(x) with the normal distribution Φ; or the approximation by a hyperbolic tangent that flax and TensorFlow take.</summary>
    public static Tensor Gelu(Tensor input, bool tanh = false) => GeluOp.Call(input, tanh ? "tanh" : "none");

    /// <summary>True where the input is false.</summary>
    public static Tensor Not(Tensor input) => LogicalNotOp.Call(input);

    /// <summary>A copy in which a number stands where the mask (bool, broadcast) is true.</summary>
    public static Tensor MaskedFill(Tensor input, Tensor mask, double value) => MaskedFillOp.Call(input, mask, value);

    /// <summary>The largest element along a dimension; several that are equal share the gradient.</summary>
    public static Tensor Max(Tensor input, long dim) => MaxOp.Call(input, new[] { dim });

    /// <summary>1-D convolution of <c>[batch, in, length]</c> with a kernel <c>[out, in, kernel]</c>.</summary>
    public static Tensor Conv1d(Tensor input, Tensor weight, Tensor? bias, long stride, long padding) =>
        Conv1dOp.Call(input, weight, bias, new[] { stride }, new[] { padding });

    /// <summary>The positions that sort a vector.</summary>
    public static Tensor ArgSort(Tensor input, bool descending = false) => SortOp.Call(input, 0L, descending);

    /// <summary>Dimensions of size one repeated without copying.</summary>
    public static Tensor Expand(Tensor input, params long[] shape) => ExpandOp.Call(input, shape);

    /// <summary>Sequences <c>[batch, length, width]</c>, the longest first, as one row per real step, with how many sequences reach each step.</summary>
    public static (Tensor Rows, Tensor Sizes) Pack(Tensor input, Tensor lengths)
    {
        Tensor?[] packed = PackOp.CallMany(input, lengths.To(Device.Cpu), true);
        return (packed[0]!, packed[1]!);
    }

    /// <summary>One layer of gated recurrent units over packed rows, in both directions where there are eight weights.</summary>
    /// <returns>The output of every step, and the last state <c>[directions, batch, width]</c>.</returns>
    public static (Tensor Rows, Tensor Last) Gru(Tensor rows, Tensor sizes, Tensor start, Tensor[] weights)
    {
        Tensor?[] result = GruOp.CallMany(rows, sizes, start, weights, true, 1L, 0.0, false, weights.Length == 8);
        return (result[0]!, result[1]!);
    }
}
