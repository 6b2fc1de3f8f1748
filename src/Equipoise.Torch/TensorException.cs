namespace Equipoise.Torch;

/// <summary>An operator of libtorch failed; the message names it, its arguments and libtorch's reason.</summary>
public class TensorException(string message, string operation, string nativeTrace) : Exception(message)
{
    /// <summary>The operator or call that failed, for instance <c>aten::mm</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>libtorch's own account with its native frames, for a bug report.</summary>
    public string NativeTrace { get; } = nativeTrace;
}

/// <summary>libtorch could not get the memory it asked for.</summary>
public sealed class TensorOutOfMemoryException(string message, string operation, string nativeTrace)
    : TensorException(message, operation, nativeTrace);
