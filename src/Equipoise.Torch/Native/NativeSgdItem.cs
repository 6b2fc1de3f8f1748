using System.Runtime.InteropServices;

namespace Equipoise.Torch.Native;

/// <summary><c>eq_sgd_item</c>: one parameter of a step, with borrowed tensors.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeSgdItem
{
    internal nint Parameter;
    internal nint Gradient;
    internal nint Velocity;
    internal double Rate;
    internal int Fresh;
}
