using System.Runtime.InteropServices;
using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>One reference to a native tensor. Freed by its owner; the finalizer is an alarm, not the plan.</summary>
internal sealed class TensorHandle : SafeHandle
{
    internal TensorHandle(nint pointer) : base(0, ownsHandle: true) => SetHandle(pointer);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.eq_tensor_free(handle);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing && !IsClosed) TensorDiagnostics.CountFinalised();
        base.Dispose(disposing);
    }
}

/// <summary>Counts by which tests prove that no tensor leaks.</summary>
public static class TensorDiagnostics
{
    private static long s_finalised;

    /// <summary>References to native tensors that the managed side holds now.</summary>
    public static long Live => NativeMethods.eq_tensor_live();

    /// <summary>Tensors that no scope and no owner disposed, so that the finalizer had to.</summary>
    public static long Finalised => Interlocked.Read(ref s_finalised);

    internal static void CountFinalised() => Interlocked.Increment(ref s_finalised);
}
