using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Equipoise.Torch.Native;

/// <summary>Why a native call failed; the numbers of <c>equipoise.h</c>.</summary>
internal enum StatusCode
{
    Ok = 0,
    Error = 1,
    Index = 2,
    Value = 3,
    Type = 4,
    NotImplemented = 5,
    LinearAlgebra = 6,
    OutOfMemory = 7,
    UnknownOperator = 8,
    Foreign = 9,
}

/// <summary>Turns a status into the exception that fits it.</summary>
internal static unsafe class NativeStatus
{
    [StackTraceHidden]
    internal static void Check(int status, string operation)
    {
        if (status != (int)StatusCode.Ok) Throw((StatusCode)status, operation, arguments: "");
    }

    [StackTraceHidden]
    internal static void Throw(StatusCode status, string operation, string arguments)
    {
        string reason = FirstSentences(Text(NativeMethods.eq_error_message()));
        string trace = Text(NativeMethods.eq_error_trace());
        string message = arguments.Length == 0 ? $"{operation}: {reason}" : $"{operation}({arguments}): {reason}";
        throw status switch
        {
            StatusCode.Index => new ArgumentOutOfRangeException(null, message),
            StatusCode.Value or StatusCode.Type => new ArgumentException(message),
            StatusCode.NotImplemented or StatusCode.UnknownOperator => new NotSupportedException(message),
            StatusCode.OutOfMemory => new TensorOutOfMemoryException(message, operation, trace),
            _ => new TensorException(message, operation, trace),
        };
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    private static string FirstSentences(string message)
    {
        int frames = message.IndexOf("\nException raised from", StringComparison.Ordinal);
        return (frames >= 0 ? message[..frames] : message).Trim();
    }
}
