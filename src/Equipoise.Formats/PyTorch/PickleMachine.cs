using System.Numerics;

namespace Equipoise.Formats;

/// <summary>
/// Reads a pickle as data. The format is a program for a stack machine; of its instructions this machine knows those that
/// <c>torch.save</c> writes, and where Python would import and call something, it asks a list of known names what the value is.
/// Nothing is executed, whatever a file says.
/// </summary>
/// <param name="input">The pickle.</param>
/// <param name="names">What the names in it stand for.</param>
internal sealed class PickleMachine(PickleInput input, ITorchNames names)
{
    private const int MostInstructions = 5_000_000;
    private static readonly object Mark = new();
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Runs to the end of the pickle, which lies at the input's position then.</summary>
    /// <exception cref="TorchFileException">It is no pickle, or not one that PyTorch writes.</exception>
    internal object? Run()
    {
        for (int count = 0; count < MostInstructions; count++)
        {
            byte code = input.Byte();
            if (code == '.') return Pop();
            if (!Constant(code) && !Container(code) && !Remembered(code) && !Named(code))
                throw new TorchFileException($"uses the pickle instruction 0x{code:x2} at byte {input.Position - 1}, which torch.save does not");
        }
        throw new TorchFileException($"holds a pickle of more than {MostInstructions} instructions");
    }

    private bool Constant(byte code)
    {
        switch (code)
        {
            case 0x80: input.Byte(); return true; // protocol
            case 0x95: input.Int64(); return true; // frame
            case (byte)'N': Push(null); return true;
            case 0x88: Push(true); return true;
            case 0x89: Push(false); return true;
            case (byte)'K': Push((long)input.Byte()); return true;
            case (byte)'M': Push((long)input.UInt16()); return true;
            case (byte)'J': Push((long)input.Int32()); return true;
            case 0x8a: PushInteger(input.Bytes(input.Byte())); return true;
            case (byte)'G': Push(input.Double()); return true;
            case (byte)'X': Push(input.Text(input.UInt32())); return true;
            case 0x8c: Push(input.Text(input.Byte())); return true;
            case (byte)'U': Push(input.Text(input.Byte())); return true;
            case (byte)'T': Push(input.Text(input.UInt32())); return true;
            case (byte)'C': Push(input.Bytes(input.Byte())); return true;
            case (byte)'B': Push(input.Bytes(input.UInt32())); return true;
            default: return false;
        }
    }

    private bool Container(byte code)
    {
        switch (code)
        {
            case (byte)'(': Push(Mark); return true;
            case (byte)']': Push(new PickleList()); return true;
            case 0x8f: Push(new PickleList()); return true;
            case (byte)'}': Push(new PickleDict()); return true;
            case (byte)')': Push(new PickleTuple([])); return true;
            case (byte)'t': Push(new PickleTuple(SinceMark())); return true;
            case 0x85 or 0x86 or 0x87: Push(new PickleTuple(Pop(code - 0x84))); return true;
            case (byte)'a': Append(Pop(1)); return true;
            case (byte)'e' or 0x90: Append(SinceMark()); return true;
            case (byte)'s': Fill(Pop(2)); return true;
            case (byte)'u': Fill(SinceMark()); return true;
            case (byte)'0': Pop(); return true;
            default: return false;
        }
    }

    private bool Remembered(byte code)
    {
        switch (code)
        {
            case (byte)'q': _memo[input.Byte()] = Top(); return true;
            case (byte)'r': _memo[input.UInt32()] = Top(); return true;
            case 0x94: _memo[_memo.Count] = Top(); return true;
            case (byte)'h': Push(Recall(input.Byte())); return true;
            case (byte)'j': Push(Recall(input.UInt32())); return true;
            default: return false;
        }
    }

    private bool Named(byte code)
    {
        switch (code)
        {
            case (byte)'c': Push(names.Find(input.Line(), input.Line())); return true;
            case 0x93:
                object?[] path = Pop(2);
                Push(names.Find(path[0] as string ?? throw Broken(), path[1] as string ?? throw Broken()));
                return true;
            case (byte)'R' or 0x81: // call, or new object: what it makes is known by its name
                object?[] call = Pop(2);
                Push(names.Make(call[0] as PickleGlobal ?? throw Broken(), (call[1] as PickleTuple ?? throw Broken()).Items));
                return true;
            case (byte)'Q': Push(names.Storage((Pop() as PickleTuple ?? throw Broken()).Items)); return true;
            case (byte)'b': Pop(); return true; // attributes, of which none matters here
            default: return false;
        }
    }

    private void Append(object?[] items) => (Top() as PickleList ?? throw Broken()).Add(items);

    private void Fill(object?[] items)
    {
        PickleDict dict = Top() as PickleDict ?? throw Broken();
        if (items.Length % 2 != 0) throw Broken();
        for (int i = 0; i < items.Length; i += 2) dict.Set(items[i], items[i + 1]);
    }

    private object? Recall(long index) => _memo.TryGetValue(index, out object? value) ? value : throw Broken();

    private void Push(object? value) => _stack.Add(value);

    private object? Top() => _stack.Count > 0 && _stack[^1] != Mark ? _stack[^1] : throw Broken();

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count)
    {
        if (_stack.Count < count) throw Broken();
        object?[] items = [.. _stack[^count..]];
        if (items.Contains(Mark)) throw Broken();
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] SinceMark()
    {
        int mark = _stack.LastIndexOf(Mark);
        if (mark < 0) throw Broken();
        object?[] items = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    /// <summary>Little endian, two's complement; beyond 64 bits (PyTorch's magic number) as a big integer.</summary>
    private void PushInteger(byte[] bytes)
    {
        BigInteger value = new(bytes);
        if (value >= long.MinValue && value <= long.MaxValue) Push((long)value);
        else Push(value);
    }

    private TorchFileException Broken() => new($"holds a broken pickle at byte {input.Position}");
}
