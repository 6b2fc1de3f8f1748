using System.Runtime.InteropServices;
using Equipoise.Torch.Native;

namespace Equipoise.Torch;

/// <summary>A random generator of libtorch on the CPU: the same seed gives the bits that Python's generator gives.</summary>
public sealed unsafe class Generator : IDisposable
{
    /// <summary>Makes a generator with a seed.</summary>
    public Generator(ulong seed)
    {
        TorchRuntime.EnsureLoaded();
        nint pointer;
        NativeStatus.Check(NativeMethods.eq_generator_new(seed, &pointer), "Generator");
        Handle = new GeneratorHandle(pointer);
    }

    internal GeneratorHandle Handle { get; }

    /// <summary>The whole state as bytes: saved and set again, the same numbers follow.</summary>
    public byte[] State
    {
        get
        {
            using TensorScope scope = TensorScope.Begin();
            nint pointer;
            using Rooted root = new(Handle);
            NativeStatus.Check(NativeMethods.eq_generator_state(root.Pointer, &pointer), "Generator.State");
            return new Tensor(pointer).ToArray<byte>();
        }
        set
        {
            using TensorScope scope = TensorScope.Begin();
            using Rooted root = new(Handle);
            using Rooted state = new(Tensor.From(value, value.Length));
            NativeStatus.Check(NativeMethods.eq_generator_set_state(root.Pointer, state.Pointer), "Generator.State");
        }
    }

    /// <inheritdoc />
    public void Dispose() => Handle.Dispose();

    internal sealed class GeneratorHandle : SafeHandle
    {
        internal GeneratorHandle(nint pointer) : base(0, ownsHandle: true) => SetHandle(pointer);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            NativeMethods.eq_generator_free(handle);
            return true;
        }
    }
}
