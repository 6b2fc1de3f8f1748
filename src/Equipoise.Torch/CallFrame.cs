using System.Runtime.InteropServices;
using System.Text;
using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>What crosses in one call of an operator: every argument is rooted for its length, lists stand on the stack or are pinned. Costs no garbage for short lists.</summary>
internal unsafe ref struct CallFrame
{
    /// <summary>Elements of lists that find room on the stack.</summary>
    internal const int Room = 64;

    private readonly ReadOnlySpan<Argument> _arguments;
    private readonly long* _room;
    private List<GCHandle>? _pinned;
    private int _taken;
    private int _rooted;

    /// <summary>Roots all arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="values">Room for as many values, which are written.</param>
    /// <param name="room">Room for <see cref="Room"/> elements of lists, as long as this lives.</param>
    internal CallFrame(ReadOnlySpan<Argument> arguments, NativeValue* values, long* room)
    {
        _arguments = arguments;
        _room = room;
        try
        {
            for (int i = 0; i < arguments.Length; i++, _rooted++) values[i] = Cross(arguments[i]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        for (int i = 0; i < _rooted; i++) Release(_arguments[i].Reference);
        _rooted = 0;
        if (_pinned is null) return;
        foreach (GCHandle pin in _pinned) pin.Free();
        _pinned = null;
    }

    private NativeValue Cross(in Argument argument)
    {
        NativeValue value = new() { Tag = (int)argument.Tag };
        switch (argument.Tag)
        {
            case ValueTag.Tensor: value.Pointer = Rooted.Root(((Tensor)argument.Reference!).Handle); break;
            case ValueTag.Generator: value.Pointer = Rooted.Root(((Generator)argument.Reference!).Handle); break;
            case ValueTag.Device: (value.Count, value.Integer) = ((int)argument.Number, argument.Integer); break;
            case ValueTag.Double: value.Number = argument.Number; break;
            case ValueTag.IntList: Place(ref value, (long[])argument.Reference!); break;
            case ValueTag.DoubleList: Place(ref value, (double[])argument.Reference!); break;
            case ValueTag.String: Pin(ref value, Encoding.UTF8.GetBytes((string)argument.Reference!)); break;
            case ValueTag.TensorList or ValueTag.OptionalTensorList: Root(ref value, (Tensor?[])argument.Reference!); break;
            default: value.Integer = argument.Integer; break;
        }
        return value;
    }

    /// <summary>Numbers of eight bytes each, on the stack where they fit.</summary>
    private void Place<T>(ref NativeValue value, T[] numbers) where T : unmanaged
    {
        if (_taken + numbers.Length > Room)
        {
            Pin(ref value, numbers);
            return;
        }
        numbers.CopyTo(new Span<T>(Take(ref value, numbers.Length), numbers.Length));
    }

    private void Root(ref NativeValue value, Tensor?[] tensors)
    {
        bool fits = _taken + tensors.Length <= Room;
        nint[]? far = fits ? null : new nint[tensors.Length];
        Span<nint> pointers = fits ? new Span<nint>(Take(ref value, tensors.Length), tensors.Length) : far;
        int done = 0;
        try
        {
            for (; done < tensors.Length; done++) pointers[done] = tensors[done] is { } tensor ? Rooted.Root(tensor.Handle) : 0;
        }
        catch
        {
            Release(tensors.AsSpan(0, done));
            throw;
        }
        if (far is not null) Pin(ref value, far);
    }

    /// <summary>A place on the stack for so many elements, which the value points to.</summary>
    private long* Take(ref NativeValue value, int count)
    {
        long* place = _room + _taken;
        value.Pointer = (nint)place;
        value.Count = count;
        _taken += count;
        return place;
    }

    private void Pin(ref NativeValue value, Array data)
    {
        GCHandle pin = GCHandle.Alloc(data, GCHandleType.Pinned);
        (_pinned ??= []).Add(pin);
        value.Pointer = pin.AddrOfPinnedObject();
        value.Count = data.Length;
    }

    private static void Release(object? reference)
    {
        switch (reference)
        {
            case Tensor tensor: Rooted.Release(tensor.Handle); break;
            case Generator generator: Rooted.Release(generator.Handle); break;
            case Tensor?[] tensors: Release(tensors.AsSpan()); break;
        }
    }

    private static void Release(ReadOnlySpan<Tensor?> tensors)
    {
        foreach (Tensor? tensor in tensors)
            if (tensor is not null) Rooted.Release(tensor.Handle);
    }
}
