namespace Equipoise.Formats;

/// <summary>Finds the weights in what was saved: a state dict as it is, or the one in a checkpoint.</summary>
internal static class StateDict
{
    private static readonly string[] Usual = ["model", "state_dict", "model_state_dict", "module", "net", "network"];

    /// <summary>The tensors by name.</summary>
    /// <exception cref="TorchFileException">There are none, or several dictionaries of them.</exception>
    internal static Dictionary<string, TorchTensor> Find(object? root)
    {
        if (root is not PickleDict dict) throw new TorchFileException("holds no dictionary of tensors");
        Dictionary<string, TorchTensor> tensors = Tensors(dict);
        if (tensors.Count > 0) return tensors;
        (string Name, Dictionary<string, TorchTensor> Tensors)[] inner =
            [.. dict.ByName.Where(pair => pair.Value is PickleDict).Select(pair => (pair.Key, Tensors((PickleDict)pair.Value!))).Where(pair => pair.Item2.Count > 0)];
        foreach (string usual in Usual)
            if (inner.FirstOrDefault(pair => pair.Name == usual) is { Tensors: { } found }) return found;
        return inner.Length switch
        {
            1 => inner[0].Tensors,
            0 => throw new TorchFileException($"holds no tensors, but {Shown(dict.ByName.Keys)}"),
            _ => throw new TorchFileException($"holds several dictionaries of tensors ({Shown(inner.Select(pair => pair.Name))}) and none named model or state_dict"),
        };
    }

    private static Dictionary<string, TorchTensor> Tensors(PickleDict dict) =>
        dict.ByName.Where(pair => pair.Value is TorchTensor).ToDictionary(pair => pair.Key, pair => (TorchTensor)pair.Value!);

    private static string Shown(IEnumerable<string> names)
    {
        string text = new([.. string.Join(", ", names.Take(5)).Where(letter => !char.IsControl(letter)).Take(200)]);
        return text.Length > 0 ? text : "nothing";
    }
}
