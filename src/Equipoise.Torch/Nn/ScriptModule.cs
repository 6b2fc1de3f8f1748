using System.Runtime.InteropServices;
using Equipoise.Torch.Native;

namespace Equipoise.Torch.Nn;

/// <summary>A network exported from PyTorch (<c>torch.jit.script</c> or <c>trace</c>, then <c>save</c>): its parameters are trained and saved like any other's.</summary>
public sealed unsafe class ScriptModule : Module
{
    private readonly ModuleHandle _handle;
    private readonly int _inputs;
    private bool _training = true;

    /// <summary>Loads a file, to where new tensors lie (<see cref="DeviceScope"/>).</summary>
    /// <exception cref="TensorException">It is no TorchScript file.</exception>
    public ScriptModule(string path)
    {
        TorchRuntime.EnsureLoaded();
        nint pointer;
        NativeStatus.Check(NativeMethods.eq_module_load(path, DeviceScope.Current.Type, DeviceScope.Current.Index, &pointer), "ScriptModule");
        _handle = new ModuleHandle(pointer);
        foreach (var (name, tensor) in Tensors(buffers: false)) Parameter(name, tensor);
        foreach (var (name, tensor) in Tensors(buffers: true)) Buffer(name, tensor);
        int inputs;
        using Rooted root = new(_handle);
        NativeStatus.Check(NativeMethods.eq_module_inputs(root.Pointer, &inputs), "ScriptModule");
        _inputs = inputs;
    }

    /// <summary>Calls <c>forward</c> with as many of the tensors as it takes.</summary>
    public Tensor Forward(params Tensor[] inputs)
    {
        using Rooted root = new(_handle);
        if (_training != Training) NativeStatus.Check(NativeMethods.eq_module_train(root.Pointer, Training ? 1 : 0), "ScriptModule");
        _training = Training;
        int count = Math.Min(_inputs, inputs.Length), rooted = 0;
        nint* pointers = stackalloc nint[count];
        try
        {
            for (; rooted < count; rooted++) pointers[rooted] = Rooted.Root(inputs[rooted].Handle);
            nint result;
            NativeStatus.Check(NativeMethods.eq_module_forward(root.Pointer, pointers, count, &result), "ScriptModule.Forward");
            return new Tensor(result);
        }
        finally
        {
            for (int i = 0; i < rooted; i++) Rooted.Release(inputs[i].Handle);
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _handle.Dispose();
    }

    private List<(string Name, Tensor Tensor)> Tensors(bool buffers)
    {
        List<(string, Tensor)> found = [];
        using Rooted root = new(_handle);
        while (true)
        {
            byte* name;
            nint tensor;
            NativeStatus.Check(NativeMethods.eq_module_tensor(root.Pointer, buffers ? 1 : 0, found.Count, &name, &tensor), "ScriptModule");
            if (tensor == 0) return found;
            found.Add((NativeStatus.Text(name), new Tensor(tensor)));
        }
    }

    private sealed class ModuleHandle : SafeHandle
    {
        internal ModuleHandle(nint pointer) : base(0, ownsHandle: true) => SetHandle(pointer);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            NativeMethods.eq_module_free(handle);
            return true;
        }
    }
}
