using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Equipoise.Torch.Native;

namespace Equipoise.Torch.Nn;

/// <summary>
/// Gradient checkpointing (Chen et al. 2016): of a part of a network only the input is kept; what lies between is computed a second time
/// in the backward pass. Memory for time.
/// </summary>
public static unsafe class Recompute
{
    [ThreadStatic] private static Failure? t_failure;

    /// <summary>Computes a part so that its inner values are not kept. Gradients are those of computing it plainly, to the bit.</summary>
    /// <param name="part">What is computed; a second time in the backward pass, when what it captured has to live still.</param>
    /// <param name="input">Its input.</param>
    /// <param name="parameters">All parameters it uses.</param>
    /// <param name="draws">What its dropout draws from: the second time the same.</param>
    public static Tensor Run(Func<Tensor, Tensor> part, Tensor input, IReadOnlyList<Tensor> parameters, DrawStream draws)
    {
        if (!GradMode.IsOn) return part(input);
        Tensor[] inputs = [input, .. parameters.Where(parameter => parameter.RequiresGrad)];
        if (inputs.Length == 1 && !input.RequiresGrad) return part(input);
        using TensorScope scope = TensorScope.Begin();
        Part kept = new(part, draws, draws.Position, DeviceScope.Current, Autocast.Current, t_failure ??= new Failure());
        Tensor value;
        using (GradMode.Off()) value = part(input);
        return scope.Keep(WithBackward(value, inputs, kept));
    }

    /// <summary>Throws what a part threw in the backward pass that has just failed on this thread.</summary>
    internal static void ThrowIfFailed()
    {
        ExceptionDispatchInfo? failure = t_failure?.Thrown;
        if (failure is null) return;
        t_failure!.Thrown = null;
        failure.Throw();
    }

    private static Tensor WithBackward(Tensor value, Tensor[] inputs, Part part)
    {
        nint[] pointers = new nint[inputs.Length];
        GCHandle context = GCHandle.Alloc(part);
        using Rooted root = new(value);
        int rooted = 0;
        try
        {
            for (; rooted < inputs.Length; rooted++) pointers[rooted] = Rooted.Root(inputs[rooted].Handle);
            nint result;
            fixed (nint* from = pointers)
                NativeStatus.Check(NativeMethods.eq_with_backward(root.Pointer, from, inputs.Length, &Backward, &Release, GCHandle.ToIntPtr(context), &result), "Recompute.Run");
            return new Tensor(result);
        }
        finally
        {
            for (int i = 0; i < rooted; i++) Rooted.Release(inputs[i].Handle);
        }
    }

    /// <summary>Called on the thread that walks the graph: for devices other than the processor libtorch has threads of its own.</summary>
    [UnmanagedCallersOnly]
    private static int Backward(nint context, nint gradient, nint* inputs, int count, nint* gradients)
    {
        Part part = (Part)GCHandle.FromIntPtr(context).Target!;
        try
        {
            using TensorScope scope = TensorScope.Begin();
            Tensor[] kept = new Tensor[count];
            for (int i = 0; i < count; i++) kept[i] = new Tensor(inputs[i]);
            if (gradient == 0) return 0;
            Tensor?[] found = part.Gradients(new Tensor(gradient), kept);
            for (int i = 0; i < count; i++)
                if (found[i] is { } tensor) gradients[i] = Retained(tensor);
            return 0;
        }
        catch (Exception error)
        {
            part.Failure.Thrown = ExceptionDispatchInfo.Capture(error);
            return -1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint context) => GCHandle.FromIntPtr(context).Free();

    private static nint Retained(Tensor tensor)
    {
        nint copy;
        using Rooted root = new(tensor);
        NativeStatus.Check(NativeMethods.eq_tensor_retain(root.Pointer, &copy), "Recompute.Run");
        return copy;
    }

    /// <summary>What went wrong in a backward pass; the thread that computed forward looks here.</summary>
    private sealed class Failure
    {
        internal ExceptionDispatchInfo? Thrown { get; set; }
    }

    private sealed class Part(Func<Tensor, Tensor> compute, DrawStream draws, long position, Device device, DType? half, Failure failure)
    {
        internal Failure Failure => failure;

        internal Tensor?[] Gradients(Tensor gradient, Tensor[] inputs)
        {
            using GradMode on = GradMode.On();
            using DeviceScope there = DeviceScope.Begin(device);
            inputs[0] = inputs[0].Detach();
            inputs[0].RequiresGrad = true;
            long now = draws.Position;
            draws.Position = position;
            Tensor value;
            using (Autocast.To(half)) value = compute(inputs[0]);
            draws.Position = now;
            return Autograd.Gradients((value * gradient).Sum(), inputs);
        }
    }
}
