using System.Text;
using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>
/// An operator of libtorch, looked up once by name and overload and called through its boxed dispatcher: autograd
/// included, and missing arguments take the schema's defaults.
/// </summary>
public sealed unsafe class Operator
{
    private const int MaximumArguments = 24;
    private readonly string _name;
    private readonly nint _handle;

    private Operator(string name, nint handle)
    {
        _name = name;
        _handle = handle;
    }

    /// <summary>Looks an operator up.</summary>
    /// <param name="name">The full name, for instance <c>aten::add</c>.</param>
    /// <param name="overload">The overload, for instance <c>Tensor</c>; empty for the plain one.</param>
    /// <exception cref="NotSupportedException">This libtorch has no such operator.</exception>
    public static Operator Get(string name, string overload = "")
    {
        TorchRuntime.EnsureLoaded();
        nint handle;
        NativeStatus.Check(NativeMethods.eq_operator_find(name, overload, &handle), "Operator.Get");
        return new Operator(overload.Length == 0 ? name : $"{name}.{overload}", handle);
    }

    /// <summary>The operator's schema as libtorch prints it.</summary>
    public string Schema
    {
        get
        {
            byte* text;
            NativeStatus.Check(NativeMethods.eq_operator_schema(_handle, &text), "Operator.Schema");
            return NativeStatus.Text(text);
        }
    }

    /// <summary>Calls the operator and returns its one tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results;
        int count = Invoke(arguments, &results);
        if (count != 1 || results[0].Tag != (int)ValueTag.Tensor)
        {
            Free(results, count);
            throw new InvalidOperationException($"{_name} gave {count} results where one tensor was expected");
        }
        return new Tensor(results[0].Pointer);
    }

    /// <summary>Calls the operator and returns all its tensors; one that is undefined comes as null.</summary>
    public Tensor?[] CallMany(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results;
        int count = Invoke(arguments, &results);
        Tensor?[] tensors = new Tensor?[count];
        for (int i = 0; i < count; i++)
            tensors[i] = results[i].Tag == (int)ValueTag.Tensor ? new Tensor(results[i].Pointer) : null;
        return tensors;
    }

    /// <summary>Calls an in-place operator: the result, which is one of the arguments, is given back at once.</summary>
    public void CallInPlace(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results;
        int count = Invoke(arguments, &results);
        Free(results, count);
    }

    /// <summary>Calls an operator that answers yes or no.</summary>
    internal bool CallBoolean(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue* results;
        int count = Invoke(arguments, &results);
        if (count == 1 && results[0].Tag == (int)ValueTag.Bool) return results[0].Integer != 0;
        Free(results, count);
        throw new InvalidOperationException($"{_name} does not answer yes or no");
    }

    private static void Free(NativeValue* results, int count)
    {
        for (int i = 0; i < count; i++)
            if (results[i].Tag == (int)ValueTag.Tensor) NativeMethods.eq_tensor_free(results[i].Pointer);
    }

    [System.Runtime.CompilerServices.SkipLocalsInit] // The room is written before it is read.
    private int Invoke(ReadOnlySpan<Argument> arguments, NativeValue** results)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Length, MaximumArguments);
        NativeValue* values = stackalloc NativeValue[MaximumArguments];
        long* room = stackalloc long[CallFrame.Room];
        using CallFrame frame = new(arguments, values, room);
        int count;
        int status = NativeMethods.eq_operator_call(_handle, values, arguments.Length, results, &count);
        if (status != (int)StatusCode.Ok) NativeStatus.Throw((StatusCode)status, _name, Describe(arguments));
        return count;
    }

    private static string Describe(ReadOnlySpan<Argument> arguments)
    {
        StringBuilder text = new();
        foreach (Argument argument in arguments) text.Append(text.Length > 0 ? ", " : "").Append(argument.ToString());
        return text.ToString();
    }
}
