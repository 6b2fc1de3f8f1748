using Equipoise.Torch.Native;
using Equipoise.Torch.Nn;

namespace Equipoise.Torch;

/// <summary>Gradients of losses.</summary>
public static unsafe class Autograd
{
    /// <summary>Adds the gradient of a scalar loss to <see cref="Tensor.Grad"/> of every parameter it depends on.</summary>
    /// <param name="loss">One element.</param>
    /// <param name="retainGraph">Keep the graph for another pass; false by default.</param>
    public static void Backward(Tensor loss, bool retainGraph = false)
    {
        using Rooted root = new(loss);
        nint pointer = root.Pointer;
        int status = NativeMethods.eq_backward(&pointer, 1, retainGraph ? 1 : 0);
        Recompute.ThrowIfFailed();
        NativeStatus.Check(status, "Autograd.Backward");
    }

    /// <summary>
    /// The gradient of one scalar loss with respect to chosen tensors, without touching <see cref="Tensor.Grad"/>.
    /// A tensor that the loss does not depend on gets null.
    /// </summary>
    public static Tensor?[] Gradients(Tensor loss, IReadOnlyList<Tensor> inputs, bool retainGraph = false)
    {
        nint[] pointers = new nint[inputs.Count];
        nint[] gradients = new nint[inputs.Count];
        using Rooted root = new(loss);
        int rooted = 0;
        try
        {
            for (; rooted < inputs.Count; rooted++) pointers[rooted] = Rooted.Root(inputs[rooted].Handle);
            nint output = root.Pointer;
            fixed (nint* from = pointers)
            fixed (nint* to = gradients)
            {
                int status = NativeMethods.eq_gradients(&output, 1, from, inputs.Count, retainGraph ? 1 : 0, to);
                Recompute.ThrowIfFailed();
                NativeStatus.Check(status, "Autograd.Gradients");
            }
        }
        finally
        {
            for (int i = 0; i < rooted; i++) Rooted.Release(inputs[i].Handle);
        }
        return [.. gradients.Select(pointer => pointer == 0 ? null : new Tensor(pointer))];
    }
}

/// <summary>Turns the recording of gradients off (or on) on this thread until disposed.</summary>
public readonly ref struct GradMode
{
    private readonly bool _previous;

    private GradMode(bool enabled)
    {
        TorchRuntime.EnsureLoaded();
        _previous = Switch(enabled);
    }

    /// <summary>Records nothing until disposed.</summary>
    public static GradMode Off() => new(enabled: false);

    /// <summary>Records again inside a region where recording was off.</summary>
    public static GradMode On() => new(enabled: true);

    /// <summary>Whether this thread records now.</summary>
    internal static bool IsOn
    {
        get
        {
            bool on = Switch(enabled: false);
            Switch(on);
            return on;
        }
    }

    /// <summary>Restores what was before.</summary>
    public void Dispose() => Switch(_previous);

    private static unsafe bool Switch(bool enabled)
    {
        int previous;
        NativeStatus.Check(NativeMethods.eq_grad_mode(enabled ? 1 : 0, &previous), "GradMode");
        return previous != 0;
    }
}
