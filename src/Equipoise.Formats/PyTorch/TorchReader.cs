namespace Equipoise.Formats;

/// <summary>
/// The tensors of a file that <c>torch.save</c> wrote, in the zip format of PyTorch 1.6 and later or the one before: a state dict, or a
/// checkpoint that holds one (as <c>model</c>, say). They are read one by one, and nothing in the file is executed.
/// </summary>
public sealed class TorchReader : ITensorFile
{
    private const string Remedy = "save the weights again, with torch.save(model.state_dict(), path)";
    private readonly string _path;
    private readonly ITorchArchive _archive;
    private readonly Dictionary<string, TorchTensor> _tensors;

    private TorchReader(string path, ITorchArchive archive, Dictionary<string, TorchTensor> tensors)
    {
        _path = path;
        _archive = archive;
        _tensors = tensors;
        Names = [.. tensors.Keys];
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a file, reads what it says of its tensors and checks it against its length.</summary>
    /// <exception cref="InvalidFileException">The file is absent, not PyTorch's, cut, contradicts itself, or holds something else than tensors.</exception>
    public static TorchReader Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        ITorchArchive? archive = null;
        try
        {
            archive = ZipTorchArchive.Is(path) ? new ZipTorchArchive(path) : new LegacyTorchArchive(path);
            Dictionary<string, TorchTensor> tensors = new(StateDict.Find(archive.Root), StringComparer.Ordinal);
            foreach (var (name, tensor) in tensors)
                if ((tensor.Problem() ?? archive.Problem(tensor.Storage)) is { } problem) throw new TorchFileException($"holds {name}, which {problem}");
            return new TorchReader(path, archive, tensors);
        }
        catch (Exception error) when (error is TorchFileException or InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            archive?.Dispose();
            throw new InvalidFileException(path, error is TorchFileException ? error.Message : "is no whole file of PyTorch", Remedy);
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public (ElementType Type, long[] Shape) Header(string name) => (Find(name).Storage.Type, Find(name).Shape);

    /// <inheritdoc />
    public NdArray Read(string name)
    {
        TorchTensor tensor = Find(name);
        var (first, span) = tensor.Span();
        int size = tensor.Storage.Type.Size();
        if (Math.Max(span, tensor.Count) * size > Array.MaxLength) throw new InvalidFileException(_path, $"holds {name} of more than 2 GiB", "split it");
        try
        {
            byte[] bytes = _archive.Read(tensor.Storage, (tensor.Storage.Offset + first) * size, (int)(span * size));
            return new NdArray(tensor.Storage.Type, tensor.Shape, tensor.Gather(bytes));
        }
        catch (Exception error) when (error is TorchFileException or InvalidDataException or EndOfStreamException)
        {
            throw new InvalidFileException(_path, $"is damaged where it holds {name}", Remedy);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _archive.Dispose();

    private TorchTensor Find(string name) => _tensors.TryGetValue(name, out TorchTensor? tensor)
        ? tensor
        : throw new InvalidFileException(_path, $"has no tensor named {name}", "check the name");
}
