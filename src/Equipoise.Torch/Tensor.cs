using System.Runtime.InteropServices;
using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>
/// A tensor of libtorch. It belongs to the innermost <see cref="TensorScope"/> of the thread that made it and dies with
/// it; <see cref="Own"/> takes it out, and its holder disposes it. A callee never disposes what it was passed.
/// </summary>
public sealed unsafe partial class Tensor : IDisposable
{
    private const int MaximumDimensions = 16;
    private int _slot;

    internal Tensor(nint pointer)
    {
        Handle = new TensorHandle(pointer);
        try
        {
            Enter(TensorScope.Current);
        }
        catch
        {
            Handle.Dispose();
            throw;
        }
    }

    internal TensorHandle Handle { get; }

    internal TensorScope.Frame? Frame { get; private set; }

    /// <summary>Takes the tensor out of its scope: from now on the holder disposes it. Returns the tensor itself.</summary>
    public Tensor Own()
    {
        Frame?.Remove(_slot);
        Frame = null;
        return this;
    }

    /// <summary>Gives the reference back now.</summary>
    public void Dispose()
    {
        Own();
        Handle.Dispose();
    }

    internal void Enter(TensorScope.Frame frame)
    {
        Frame = frame;
        _slot = frame.Add(this);
    }

    internal void EndWithScope()
    {
        Frame = null;
        Handle.Dispose();
    }

    /// <summary>A tensor with a copy of the values, in C order.</summary>
    /// <param name="values">As many values as <paramref name="shape"/> holds.</param>
    /// <param name="shape">Sizes; empty for a scalar.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged =>
        FromBytes(MemoryMarshal.AsBytes(values), DTypes.Of<T>(), shape);

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long})" />
    public static Tensor From<T>(T[] values, params ReadOnlySpan<long> shape) where T : unmanaged =>
        From((ReadOnlySpan<T>)values, shape);

    /// <summary>A tensor with a copy of raw little-endian bytes, in C order.</summary>
    /// <exception cref="ArgumentException">The number of bytes does not fit the shape.</exception>
    public static Tensor FromBytes(ReadOnlySpan<byte> bytes, DType type, params ReadOnlySpan<long> shape)
    {
        nint pointer;
        fixed (byte* data = bytes)
        fixed (long* sizes = shape)
            NativeStatus.Check(NativeMethods.eq_tensor_from_bytes(data, bytes.Length, (int)type, sizes, shape.Length, &pointer), "Tensor.From");
        Tensor tensor = new(pointer);
        if (DeviceScope.Current.IsCpu) return tensor;
        using (tensor) return tensor.To(DeviceScope.Current);
    }

    /// <summary>A new tensor on the processor that is written where it stands, without a copy.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="fill">Writes every element, in C order; the memory comes as it was.</param>
    public static Tensor Filled<T>(ReadOnlySpan<long> shape, TensorFill<T> fill) where T : unmanaged
    {
        nint pointer;
        void* data;
        fixed (long* sizes = shape)
            NativeStatus.Check(NativeMethods.eq_tensor_empty((int)DTypes.Of<T>(), sizes, shape.Length, &pointer, &data), "Tensor.Filled");
        Tensor tensor = new(pointer);
        long count = 1;
        foreach (long size in shape) count *= size;
        if (count > 0) fill(new Span<T>(data, checked((int)count)));
        return tensor;
    }

    /// <summary>A scalar of type <see cref="DType.Float32"/>.</summary>
    public static Tensor Scalar(double value) => From([(float)value]);

    /// <summary>Zeros of the given type and shape.</summary>
    public static Tensor Zeros(DType type, params ReadOnlySpan<long> shape) => Ops.Full(shape, 0, type);

    /// <summary>Zeros of type <see cref="DType.Float32"/>.</summary>
    public static Tensor Zeros(params ReadOnlySpan<long> shape) => Ops.Full(shape, 0, DType.Float32);

    /// <summary>Ones of type <see cref="DType.Float32"/>.</summary>
    public static Tensor Ones(params ReadOnlySpan<long> shape) => Ops.Full(shape, 1, DType.Float32);

    /// <summary>The identity matrix <c>[n, n]</c>.</summary>
    public static Tensor Eye(long n) => Ops.Eye(n);

    /// <summary>The sizes.</summary>
    public long[] Shape
    {
        get
        {
            long* sizes = stackalloc long[MaximumDimensions];
            int dimensions;
            using Rooted root = new(this);
            NativeStatus.Check(NativeMethods.eq_tensor_shape(root.Pointer, sizes, MaximumDimensions, &dimensions), "Tensor.Shape");
            return new ReadOnlySpan<long>(sizes, dimensions).ToArray();
        }
    }

    /// <summary>The strides, in elements.</summary>
    public long[] Strides
    {
        get
        {
            long* strides = stackalloc long[MaximumDimensions];
            int dimensions;
            using Rooted root = new(this);
            NativeStatus.Check(NativeMethods.eq_tensor_strides(root.Pointer, strides, MaximumDimensions, &dimensions), "Tensor.Strides");
            return new ReadOnlySpan<long>(strides, dimensions).ToArray();
        }
    }

    /// <summary>The number of dimensions.</summary>
    public int Dimensions => Shape.Length;

    /// <summary>The number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The type of the elements.</summary>
    public DType Type => (DType)Info().Type;

    /// <summary>Where it lies.</summary>
    public Device Device
    {
        get
        {
            var (_, type, index, _) = Info();
            return type == Device.Cpu.Type ? Device.Cpu : new Device(type, index);
        }
    }

    /// <summary>Whether autograd records what is done with this tensor.</summary>
    public bool RequiresGrad
    {
        get => Info().RequiresGrad;
        set
        {
            using Rooted root = new(this);
            NativeStatus.Check(NativeMethods.eq_tensor_set_requires_grad(root.Pointer, value ? 1 : 0), "Tensor.RequiresGrad");
        }
    }

    /// <summary>The gradient gathered by <see cref="Autograd.Backward(Tensor, bool)"/>, a fresh scoped reference; null where there is none.</summary>
    public Tensor? Grad
    {
        get
        {
            nint pointer;
            using Rooted root = new(this);
            NativeStatus.Check(NativeMethods.eq_tensor_grad(root.Pointer, &pointer), "Tensor.Grad");
            return pointer == 0 ? null : new Tensor(pointer);
        }
        set
        {
            using Rooted root = new(this);
            using Rooted gradient = new(value);
            NativeStatus.Check(NativeMethods.eq_tensor_set_grad(root.Pointer, gradient.Pointer), "Tensor.Grad");
        }
    }

    /// <summary>A second reference to the same tensor, scoped here.</summary>
    public Tensor Alias()
    {
        nint pointer;
        using Rooted root = new(this);
        NativeStatus.Check(NativeMethods.eq_tensor_retain(root.Pointer, &pointer), "Tensor.Alias");
        return new Tensor(pointer);
    }

    /// <summary>The elements in C order.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not the tensor's type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        if (DTypes.Of<T>() != Type) throw new ArgumentException($"Tensor.ToArray: the elements are {Type}, not {typeof(T).Name}");
        T[] values = new T[Count];
        CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Copies the elements in C order into exactly as many bytes as they take.</summary>
    public void CopyTo(Span<byte> bytes)
    {
        using Rooted root = new(this);
        fixed (byte* data = bytes)
            NativeStatus.Check(NativeMethods.eq_tensor_to_bytes(root.Pointer, data, bytes.Length), "Tensor.CopyTo");
    }

    /// <summary>The raw little-endian bytes in C order.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Count * Type.Size()];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The value of a tensor with one element.</summary>
    public double ToDouble()
    {
        if (Count != 1) throw new ArgumentException($"Tensor.ToDouble: expected one element, found shape {this}");
        using TensorScope scope = TensorScope.Begin();
        return To(DType.Float64).ToArray<double>()[0];
    }

    /// <summary>Type and shape, for instance <c>Float32[2, 3]</c>.</summary>
    public override string ToString() => Handle.IsClosed ? "a disposed tensor" : $"{Type}[{string.Join(", ", Shape)}]";

    private (int Type, int DeviceType, int DeviceIndex, bool RequiresGrad) Info()
    {
        int type, deviceType, deviceIndex, requiresGrad;
        using Rooted root = new(this);
        NativeStatus.Check(NativeMethods.eq_tensor_info(root.Pointer, &type, &deviceType, &deviceIndex, &requiresGrad), "Tensor.Info");
        return (type, deviceType, deviceIndex, requiresGrad != 0);
    }
}

/// <summary>Writes the elements of a new tensor, in C order.</summary>
/// <param name="values">All of them.</param>
public delegate void TensorFill<T>(Span<T> values) where T : unmanaged;
