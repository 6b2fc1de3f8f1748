using System.Runtime.InteropServices;

namespace Equipoise.Torch.Native;

/// <summary>What an argument or result of an operator holds; the numbers of <c>equipoise.h</c>.</summary>
internal enum ValueTag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    TensorList = 7,
    OptionalTensorList = 8,
    String = 9,
    Generator = 10,
    Default = 11,
    Device = 12,
    BoolList = 13,
}

/// <summary>The 16 bytes in which every argument and result crosses.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] internal int Tag;
    [FieldOffset(4)] internal int Count;
    [FieldOffset(8)] internal long Integer;
    [FieldOffset(8)] internal double Number;
    [FieldOffset(8)] internal nint Pointer;
}
