namespace Equipoise.Formats;

/// <summary>
/// The names that files of PyTorch may hold: tensors and their storages are read, some harmless values are passed over, and everything
/// else is refused by its name.
/// </summary>
internal sealed class TorchNames : ITorchNames
{
    private static readonly Dictionary<string, ElementType> Storages = new()
    {
        ["torch.FloatStorage"] = ElementType.Float32,
        ["torch.DoubleStorage"] = ElementType.Float64,
        ["torch.HalfStorage"] = ElementType.Float16,
        ["torch.BFloat16Storage"] = ElementType.BFloat16,
        ["torch.LongStorage"] = ElementType.Int64,
        ["torch.IntStorage"] = ElementType.Int32,
        ["torch.ShortStorage"] = ElementType.Int16,
        ["torch.CharStorage"] = ElementType.Int8,
        ["torch.ByteStorage"] = ElementType.UInt8,
        ["torch.BoolStorage"] = ElementType.Bool,
    };

    private static readonly HashSet<string> Known =
    [
        "collections.OrderedDict", "collections.defaultdict", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter",
        "__builtin__.set", "builtins.set", "__builtin__.list", "builtins.list", "__builtin__.dict", "builtins.dict", "__builtin__.int", "builtins.int", "__builtin__.float", "builtins.float",
        "argparse.Namespace", "torch.Size", "torch.device", "pathlib.PosixPath", "_codecs.encode",
        "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
        "torch.float32", "torch.float64", "torch.float16", "torch.bfloat16", "torch.int64", "torch.int32", "torch.int16", "torch.int8", "torch.uint8", "torch.bool",
    ];

    /// <summary>The name of the storage of a type, without its module; null where there is none.</summary>
    internal static string? StorageOf(ElementType type) => Storages.FirstOrDefault(pair => pair.Value == type).Key?["torch.".Length..];

    /// <inheritdoc />
    public PickleGlobal Find(string module, string name)
    {
        PickleGlobal global = new(module, name);
        return Known.Contains(global.FullName) || Storages.ContainsKey(global.FullName)
            ? global
            : throw new TorchFileException($"holds {Shown(global.FullName)}, which is no tensor (nothing in a file is executed)");
    }

    /// <inheritdoc />
    public object Make(PickleGlobal called, object?[] arguments) => called.FullName switch
    {
        "collections.OrderedDict" or "collections.defaultdict" or "builtins.dict" or "__builtin__.dict" => Dict(arguments),
        "torch._utils._rebuild_tensor" or "torch._utils._rebuild_tensor_v2" => Tensor(arguments),
        "torch._utils._rebuild_parameter" => arguments.FirstOrDefault() as TorchTensor ?? throw Misused(called),
        _ => new PickleOpaque(),
    };

    /// <inheritdoc />
    public TorchStorage Storage(object?[] id)
    {
        if (id is not ["storage", PickleGlobal type, string key, string, long count, ..] || !Storages.TryGetValue(type.FullName, out ElementType element))
            throw new TorchFileException("names a storage in an unknown way");
        return id.Length > 5 && id[5] is PickleTuple { Items: [string, long offset, long size] }
            ? new TorchStorage(key, element, size, offset)
            : new TorchStorage(key, element, count, 0);
    }

    /// <summary>A dictionary, empty or from pairs, as Python 2 wrote it.</summary>
    private static PickleDict Dict(object?[] arguments)
    {
        PickleDict dict = new();
        if (arguments.Length > 0 && arguments[0] is PickleList pairs)
            foreach (object? pair in pairs.Items)
            {
                object?[] items = pair switch { PickleTuple tuple => tuple.Items, PickleList list => [.. list.Items], _ => [] };
                if (items.Length == 2) dict.Set(items[0], items[1]);
            }
        return dict;
    }

    private static TorchTensor Tensor(object?[] arguments) =>
        arguments is [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..] && shape.Items.Concat(strides.Items).All(item => item is long)
            ? new TorchTensor(storage, offset, [.. shape.Items.Cast<long>()], [.. strides.Items.Cast<long>()])
            : throw new TorchFileException("describes a tensor in an unknown way");

    private static TorchFileException Misused(PickleGlobal called) => new($"calls {called.FullName} in an unknown way");

    /// <summary>A name fit for a message: in one line, not too long.</summary>
    private static string Shown(string name) => new([.. name.Where(letter => !char.IsControl(letter)).Take(120)]);
}
