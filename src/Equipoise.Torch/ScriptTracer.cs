using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Equipoise.Torch.Native;
using Equipoise.Torch.Nn;

namespace Equipoise.Torch;

/// <summary>Writes a computation as a TorchScript program, which runs wherever PyTorch does: every operator is recorded as it runs.</summary>
public static unsafe class ScriptTracer
{
    [ThreadStatic] private static bool t_on;

    /// <summary>Whether this thread records now: only libtorch's own operators may run.</summary>
    internal static bool IsOn => t_on;

    /// <summary>Records a computation twice, on batches of two sizes, and saves it as a program for batches of any size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">Whose parameters and buffers go into the file by their names; in evaluation mode.</param>
    /// <param name="names">What the program's inputs are called: letters, digits and _.</param>
    /// <param name="batch">One tensor per input, the batch in front.</param>
    /// <param name="other">The same with a batch of another size.</param>
    /// <param name="forward">The computation; gradients are off.</param>
    /// <param name="keep">Which of the names in the module; null for all.</param>
    /// <exception cref="ArgumentException">The computation is another for another batch.</exception>
    public static void Save(
        string path, Module module, IReadOnlyList<string> names, Tensor[] batch, Tensor[] other, Func<Tensor[], Tensor> forward, Func<string, bool>? keep = null)
    {
        TorchRuntime.EnsureLoaded();
        using GradMode off = GradMode.Off();
        (string Name, Tensor Tensor, bool Buffer)[] state =
        [
            .. module.NamedParameters().Select(pair => (pair.Name, pair.Tensor, false)).Concat(module.NamedBuffers().Select(pair => (pair.Name, pair.Tensor, true)))
                .Where(entry => keep?.Invoke(entry.Name) ?? true),
        ];
        Recording recording = new(forward);
        GCHandle context = GCHandle.Alloc(recording);
        using Texts stateNames = new([.. state.Select(entry => entry.Name)]), inputNames = new([.. names]), file = new([path]);
        using Pointers stateTensors = new([.. state.Select(entry => entry.Tensor)]), inputs = new(batch), otherInputs = new(other);
        byte[] buffers = [.. state.Select(entry => (byte)(entry.Buffer ? 1 : 0)), 0];
        try
        {
            int status;
            fixed (byte* isBuffer = buffers)
                status = NativeMethods.eq_trace(
                    file.First[0], stateTensors.First, stateNames.First, isBuffer, state.Length, inputs.First, otherInputs.First, inputNames.First, names.Count, &Run, GCHandle.ToIntPtr(context));
            recording.Failure?.Throw();
            NativeStatus.Check(status, "ScriptTracer.Save");
        }
        finally
        {
            context.Free();
        }
    }

    [UnmanagedCallersOnly]
    private static int Run(nint context, nint* inputs, int count, nint* output)
    {
        Recording recording = (Recording)GCHandle.FromIntPtr(context).Target!;
        try
        {
            using TensorScope scope = TensorScope.Begin();
            t_on = true;
            Tensor[] given = new Tensor[count];
            for (int i = 0; i < count; i++) given[i] = new Tensor(inputs[i]);
            using Rooted root = new(recording.Forward(given));
            return NativeMethods.eq_tensor_retain(root.Pointer, output);
        }
        catch (Exception error)
        {
            recording.Failure = ExceptionDispatchInfo.Capture(error);
            return -1;
        }
        finally
        {
            t_on = false;
        }
    }

    private sealed class Recording(Func<Tensor[], Tensor> forward)
    {
        internal Func<Tensor[], Tensor> Forward { get; } = forward;

        internal ExceptionDispatchInfo? Failure { get; set; }
    }

    /// <summary>Texts in native memory, each ended by a zero.</summary>
    private sealed class Texts : IDisposable
    {
        private readonly nint[] _texts;
        private readonly GCHandle _pin;

        internal Texts(string[] texts)
        {
            _texts = [.. texts.Select(text => Marshal.StringToCoTaskMemUTF8(text)), 0];
            _pin = GCHandle.Alloc(_texts, GCHandleType.Pinned);
        }

        internal byte** First => (byte**)_pin.AddrOfPinnedObject();

        public void Dispose()
        {
            _pin.Free();
            foreach (nint text in _texts) Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>Tensors rooted while this lives.</summary>
    private sealed class Pointers : IDisposable
    {
        private readonly Tensor[] _tensors;
        private readonly GCHandle _pin;

        internal Pointers(Tensor[] tensors)
        {
            _tensors = tensors;
            nint[] pointers = [.. tensors.Select(tensor => Rooted.Root(tensor.Handle)), 0];
            _pin = GCHandle.Alloc(pointers, GCHandleType.Pinned);
        }

        internal nint* First => (nint*)_pin.AddrOfPinnedObject();

        public void Dispose()
        {
            _pin.Free();
            foreach (Tensor tensor in _tensors) Rooted.Release(tensor.Handle);
        }
    }
}
