namespace Equipoise.Torch;

// What one does with tensors: every method is the ATen operator of its name.
public sealed partial class Tensor
{
    private static readonly Operator AddOp = Operator.Get("aten::add", "Tensor");
    private static readonly Operator AddScalarOp = Operator.Get("aten::add", "Scalar");
    private static readonly Operator SubOp = Operator.Get("aten::sub", "Tensor");
    private static readonly Operator MulOp = Operator.Get("aten::mul", "Tensor");
    private static readonly Operator MulScalarOp = Operator.Get("aten::mul", "Scalar");
    private static readonly Operator DivOp = Operator.Get("aten::div", "Tensor");
    private static readonly Operator NegOp = Operator.Get("aten::neg");
    private static readonly Operator MatMulOp = Operator.Get("aten::matmul");
    private static readonly Operator DotOp = Operator.Get("aten::dot");
    private static readonly Operator SumOp = Operator.Get("aten::sum");
    private static readonly Operator SumDimOp = Operator.Get("aten::sum", "dim_IntList");
    private static readonly Operator MeanOp = Operator.Get("aten::mean");
    private static readonly Operator MeanDimOp = Operator.Get("aten::mean", "dim");
    private static readonly Operator StdOp = Operator.Get("aten::std");
    private static readonly Operator NormOp = Operator.Get("aten::norm", "Scalar");
    private static readonly Operator ToOp = Operator.Get("aten::to", "dtype");
    private static readonly Operator ReshapeOp = Operator.Get("aten::reshape");
    private static readonly Operator PermuteOp = Operator.Get("aten::permute");
    private static readonly Operator TransposeOp = Operator.Get("aten::transpose", "int");
    private static readonly Operator NarrowOp = Operator.Get("aten::narrow");
    private static readonly Operator UnsqueezeOp = Operator.Get("aten::unsqueeze");
    private static readonly Operator SqueezeOp = Operator.Get("aten::squeeze", "dim");
    private static readonly Operator IndexSelectOp = Operator.Get("aten::index_select");
    private static readonly Operator IndexCopyOp = Operator.Get("aten::index_copy");
    private static readonly Operator GatherOp = Operator.Get("aten::gather");
    private static readonly Operator SoftmaxOp = Operator.Get("aten::softmax", "int");
    private static readonly Operator LogSoftmaxOp = Operator.Get("aten::log_softmax", "int");
    private static readonly Operator LogSumExpOp = Operator.Get("aten::logsumexp");
    private static readonly Operator ArgMaxOp = Operator.Get("aten::argmax");
    private static readonly Operator ReluOp = Operator.Get("aten::relu");
    private static readonly Operator ReluInPlaceOp = Operator.Get("aten::relu_");
    private static readonly Operator SigmoidOp = Operator.Get("aten::sigmoid");
    private static readonly Operator TanhOp = Operator.Get("aten::tanh");
    private static readonly Operator ExpOp = Operator.Get("aten::exp");
    private static readonly Operator LogOp = Operator.Get("aten::log");
    private static readonly Operator SqrtOp = Operator.Get("aten::sqrt");
    private static readonly Operator AbsOp = Operator.Get("aten::abs");
    private static readonly Operator SignOp = Operator.Get("aten::sign");
    private static readonly Operator PowOp = Operator.Get("aten::pow", "Tensor_Scalar");
    private static readonly Operator ClampMinOp = Operator.Get("aten::clamp_min");
    private static readonly Operator RollOp = Operator.Get("aten::roll");
    private const long ChannelsLastFormat = 2; // c10::MemoryFormat::ChannelsLast
    private static readonly Operator DetachOp = Operator.Get("aten::detach");
    private static readonly Operator CloneOp = Operator.Get("aten::clone");
    private static readonly Operator ContiguousOp = Operator.Get("aten::contiguous");
    private static readonly Operator EmptyLikeOp = Operator.Get("aten::empty_like");
    private static readonly Operator IsFiniteOp = Operator.Get("aten::isfinite");
    private static readonly Operator AllOp = Operator.Get("aten::all");
    private static readonly Operator ToAnywhereOp = Operator.Get("aten::to", "dtype_layout");
    private static readonly Operator PinOp = Operator.Get("aten::pin_memory");
    private static readonly Operator CopyInPlaceOp = Operator.Get("aten::copy_");
    private static readonly Operator AddInPlaceOp = Operator.Get("aten::add_", "Tensor");
    private static readonly Operator MulScalarInPlaceOp = Operator.Get("aten::mul_", "Scalar");
    private static readonly Operator ZeroInPlaceOp = Operator.Get("aten::zero_");
    private static readonly Operator NormalInPlaceOp = Operator.Get("aten::normal_");
    private static readonly Operator UniformInPlaceOp = Operator.Get("aten::uniform_");
    private static readonly Operator BernoulliInPlaceOp = Operator.Get("aten::bernoulli_", "float");

    /// <summary>Element-wise sum, shapes broadcast.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => AddOp.Call(left, right);

    /// <summary>Adds a number to every element.</summary>
    public static Tensor operator +(Tensor left, double right) => AddScalarOp.Call(left, right);

    /// <summary>Element-wise difference, shapes broadcast.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => SubOp.Call(left, right);

    /// <summary>Subtracts a number from every element.</summary>
    public static Tensor operator -(Tensor left, double right) => AddScalarOp.Call(left, -right);

    /// <summary>The negative.</summary>
    public static Tensor operator -(Tensor value) => NegOp.Call(value);

    /// <summary>Element-wise product, shapes broadcast.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => MulOp.Call(left, right);

    /// <summary>Every element times a number.</summary>
    public static Tensor operator *(Tensor left, double right) => MulScalarOp.Call(left, right);

    /// <summary>Every element times a number.</summary>
    public static Tensor operator *(double left, Tensor right) => MulScalarOp.Call(right, left);

    /// <summary>Element-wise quotient, shapes broadcast.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => DivOp.Call(left, right);

    /// <summary>Every element divided by a number.</summary>
    public static Tensor operator /(Tensor left, double right) => MulScalarOp.Call(left, 1 / right);

    /// <summary>Matrix product.</summary>
    public Tensor MatMul(Tensor right) => MatMulOp.Call(this, right);

    /// <summary>Inner product of two vectors.</summary>
    public Tensor Dot(Tensor right) => DotOp.Call(this, right);

    /// <summary>The sum of all elements.</summary>
    public Tensor Sum() => SumOp.Call(this);

    /// <summary>The sum over one dimension.</summary>
    public Tensor Sum(long dim, bool keep = false) => SumDimOp.Call(this, new[] { dim }, keep);

    /// <summary>The mean of all elements.</summary>
    public Tensor Mean() => MeanOp.Call(this);

    /// <summary>The mean over some dimensions.</summary>
    public Tensor Mean(long[] dims, bool keep = false) => MeanDimOp.Call(this, dims, keep);

    /// <summary>The standard deviation of all elements, unbiased (n − 1).</summary>
    public Tensor Std() => StdOp.Call(this, true);

    /// <summary>The Euclidean norm of all elements.</summary>
    public Tensor Norm() => NormOp.Call(this, 2.0);

    /// <summary>The same values in another type.</summary>
    public Tensor To(DType type) => ToOp.Call(this, type);

    /// <summary>The same values on a device; the tensor itself where it lies there.</summary>
    /// <param name="device">Where.</param>
    /// <param name="wait">False to go on while a pinned tensor (<see cref="Pinned"/>) is still under way; what the device does next with the copy waits for it.</param>
    public Tensor To(Device device, bool wait = true) => ToAnywhereOp.Call(this, Argument.None, Argument.None, device, Argument.None, !wait);

    /// <summary>A copy in memory that a card reads by itself, for transfers beside the computation; only where CUDA has a card.</summary>
    public Tensor Pinned() => PinOp.Call(this);

    /// <summary>The same elements in another shape; −1 stands for what is left.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) => ReshapeOp.Call(this, shape.ToArray());

    /// <summary>The dimensions in another order.</summary>
    public Tensor Permute(params ReadOnlySpan<long> dims) => PermuteOp.Call(this, dims.ToArray());

    /// <summary>Two dimensions exchanged.</summary>
    public Tensor Transpose(long first, long second) => TransposeOp.Call(this, first, second);

    /// <summary>A part of one dimension, sharing storage.</summary>
    public Tensor Narrow(long dim, long start, long length) => NarrowOp.Call(this, dim, start, length);

    /// <summary>A new dimension of size one.</summary>
    public Tensor Unsqueeze(long dim) => UnsqueezeOp.Call(this, dim);

    /// <summary>Without a dimension of size one.</summary>
    public Tensor Squeeze(long dim) => SqueezeOp.Call(this, dim);

    /// <summary>Rows by number.</summary>
    public Tensor IndexSelect(long dim, Tensor index) => IndexSelectOp.Call(this, dim, index);

    /// <summary>A copy in which the given rows are replaced.</summary>
    public Tensor IndexCopy(long dim, Tensor index, Tensor source) => IndexCopyOp.Call(this, dim, index, source);

    /// <summary>Values picked along a dimension.</summary>
    public Tensor Gather(long dim, Tensor index) => GatherOp.Call(this, dim, index);

    /// <summary>Softmax over a dimension.</summary>
    public Tensor Softmax(long dim) => SoftmaxOp.Call(this, dim);

    /// <summary>Logarithm of the softmax over a dimension.</summary>
    public Tensor LogSoftmax(long dim) => LogSoftmaxOp.Call(this, dim);

    /// <summary>Logarithm of the sum of exponentials over a dimension.</summary>
    public Tensor LogSumExp(long dim) => LogSumExpOp.Call(this, new[] { dim });

    /// <summary>The number of the largest element along a dimension.</summary>
    public Tensor ArgMax(long dim) => ArgMaxOp.Call(this, dim);

    /// <summary>max(0, x).</summary>
    public Tensor Relu() => ReluOp.Call(this);

    /// <summary>The logistic function.</summary>
    public Tensor Sigmoid() => SigmoidOp.Call(this);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => TanhOp.Call(this);

    /// <summary>The exponential.</summary>
    public Tensor Exp() => ExpOp.Call(this);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => LogOp.Call(this);

    /// <summary>The square root.</summary>
    public Tensor Sqrt() => SqrtOp.Call(this);

    /// <summary>The absolute value.</summary>
    public Tensor Abs() => AbsOp.Call(this);

    /// <summary>−1, 0 or 1.</summary>
    public Tensor Sign() => SignOp.Call(this);

    /// <summary>Every element to a power.</summary>
    public Tensor Pow(double exponent) => PowOp.Call(this, exponent);

    /// <summary>No element below a bound.</summary>
    public Tensor ClampMin(double bound) => ClampMinOp.Call(this, bound);

    /// <summary>The elements of a dimension shifted round.</summary>
    public Tensor Roll(long shift, long dim) => RollOp.Call(this, new[] { shift }, new[] { dim });

    /// <summary>The same values, cut from the graph.</summary>
    public Tensor Detach() => DetachOp.Call(this);

    /// <summary>A copy.</summary>
    public Tensor Clone() => CloneOp.Call(this);

    /// <summary>The same values in C order in memory.</summary>
    public Tensor Contiguous() => ContiguousOp.Call(this);

    /// <summary>The same elements with the channels of <c>[B, C, H, W]</c> next to each other in memory; itself where they are already.</summary>
    /// <remarks>With one channel both layouts are the same memory; the copy has the strides by which libtorch tells them apart.</remarks>
    public Tensor ChannelsLast() => Shape[1] == 1 ? CloneOp.Call(this, ChannelsLastFormat) : ContiguousOp.Call(this, ChannelsLastFormat);

    /// <summary>A new tensor of the same shape, type and layout in memory, whose elements are not set.</summary>
    public Tensor EmptyLike() => EmptyLikeOp.Call(this);

    /// <summary>Whether every element is finite.</summary>
    public bool AllFinite()
    {
        using TensorScope scope = TensorScope.Begin();
        return AllOp.Call(IsFiniteOp.Call(this)).ToArray<bool>()[0];
    }

    /// <summary>Overwrites the values, type and device converted.</summary>
    public void CopyInPlace(Tensor source) => CopyInPlaceOp.CallInPlace(this, source);

    /// <summary>Adds <paramref name="alpha"/> times another tensor.</summary>
    public void AddInPlace(Tensor other, double alpha = 1) => AddInPlaceOp.CallInPlace(this, other, alpha);

    /// <summary>Multiplies every element by a number.</summary>
    public void MulInPlace(double factor) => MulScalarInPlaceOp.CallInPlace(this, factor);

    /// <summary>Sets what is negative to zero, in place.</summary>
    public void ReluInPlace() => ReluInPlaceOp.CallInPlace(this);

    /// <summary>Sets every element to zero.</summary>
    public void ZeroInPlace() => ZeroInPlaceOp.CallInPlace(this);

    /// <summary>Fills with normal random numbers, the same on every device.</summary>
    public void NormalInPlace(double mean, double std, Generator generator) => Draw(tensor => NormalInPlaceOp.CallInPlace(tensor, mean, std, generator));

    /// <summary>Fills with uniform random numbers, the same on every device.</summary>
    public void UniformInPlace(double from, double to, Generator generator) => Draw(tensor => UniformInPlaceOp.CallInPlace(tensor, from, to, generator));

    /// <summary>Fills with ones at a probability, zeros otherwise, the same on every device.</summary>
    public void BernoulliInPlace(double probability, Generator generator) => Draw(tensor => BernoulliInPlaceOp.CallInPlace(tensor, probability, generator));

    /// <summary>Generators draw on the processor: what lies elsewhere gets a copy.</summary>
    private void Draw(Action<Tensor> draw)
    {
        if (Device.IsCpu)
        {
            draw(this);
            return;
        }
        using TensorScope scope = TensorScope.Begin();
        Tensor drawn = Ops.Full(Shape, 0, Type, Device.Cpu);
        draw(drawn);
        CopyInPlace(drawn);
    }
}
