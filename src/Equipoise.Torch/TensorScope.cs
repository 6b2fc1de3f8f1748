namespace Equipoise.Torch;

/// <summary>
/// Where temporaries end: every tensor made on this thread while the scope is the innermost one dies with it, unless it
/// was taken out by <see cref="Keep"/> or <see cref="Tensor.Own"/>. A <c>ref struct</c>, so it cannot be held over an await.
/// </summary>
public readonly ref struct TensorScope
{
    [ThreadStatic] private static Stack<Frame>? t_frames;

    private readonly Frame? _frame;

    private TensorScope(Frame frame) => _frame = frame;

    /// <summary>Opens a scope on this thread; dispose it on the same thread, innermost first.</summary>
    public static TensorScope Begin()
    {
        t_frames ??= new Stack<Frame>();
        Frame frame = new(t_frames.TryPeek(out Frame? outer) ? outer : null);
        t_frames.Push(frame);
        return new TensorScope(frame);
    }

    /// <summary>Moves a tensor to the scope outside this one (owned by nobody else), so that it outlives this one; returns it.</summary>
    public Tensor Keep(Tensor tensor)
    {
        if (tensor.Frame == _frame && _frame is not null) _frame.MoveOut(tensor);
        return tensor;
    }

    /// <summary>Disposes what was made since the scope began.</summary>
    /// <exception cref="InvalidOperationException">An inner scope is still open, or this is another thread.</exception>
    public void Dispose()
    {
        if (_frame is null || _frame.Closed) return;
        if (t_frames is null || !t_frames.TryPeek(out Frame? innermost) || innermost != _frame)
            throw new InvalidOperationException("tensor scopes close innermost first, on their own thread");
        t_frames.Pop();
        _frame.Close();
    }

    internal static Frame Current => t_frames is not null && t_frames.TryPeek(out Frame? frame)
        ? frame
        : throw new InvalidOperationException(
            "no tensor scope is open on this thread: wrap the work in 'using var scope = TensorScope.Begin();'");

    /// <summary>The tensors of one open scope; a tensor knows its slot, so leaving costs nothing.</summary>
    internal sealed class Frame(Frame? outer)
    {
        private readonly List<Tensor?> _tensors = [];

        internal bool Closed { get; private set; }

        internal int Add(Tensor tensor)
        {
            _tensors.Add(tensor);
            return _tensors.Count - 1;
        }

        internal void Remove(int slot)
        {
            if (slot == _tensors.Count - 1) _tensors.RemoveAt(slot);
            else _tensors[slot] = null;
        }

        internal void MoveOut(Tensor tensor)
        {
            tensor.Own();
            if (outer is not null) tensor.Enter(outer);
        }

        internal void Close()
        {
            Closed = true;
            foreach (Tensor? tensor in _tensors) tensor?.EndWithScope();
        }
    }
}
