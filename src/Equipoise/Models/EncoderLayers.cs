namespace Equipoise.Models;

/// <summary>
/// The layers of an encoder, told from the names of its parameters in their order: a numbered part (<c>0</c>, <c>blocks.3</c>,
/// <c>layer2</c>, <c>encoder_layer_5</c>) is a layer, what comes before the first is one together, what comes after the last goes
/// with the heads. So a ResNet has its stem and four stages, a transformer its embeddings and blocks.
/// </summary>
internal static class EncoderLayers
{
    private const string Before = "", After = "\n";

    /// <summary>How far each parameter's layer is from the encoder's end: 1 for the last layer, 0 for what follows it.</summary>
    internal static IReadOnlyList<int> FromEnd(IReadOnlyList<string> parameters)
    {
        List<string> layers = [];
        string[] keys = new string[parameters.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = LayerOf(parameters[i]) ?? (layers.Any(layer => layer.Length > 0) ? After : Before);
            if (!layers.Contains(keys[i])) layers.Add(keys[i]);
        }
        layers.Remove(After);
        return [.. keys.Select(key => key == After ? 0 : layers.Count - layers.IndexOf(key))];
    }

    /// <summary>The name up to and with the first numbered part; a name that merely ends in a digit counts where parts lie below it.</summary>
    private static string? LayerOf(string parameter)
    {
        string[] parts = parameter.Split('.');
        for (int i = 0; i < parts.Length - 1; i++)
            if (parts[i].All(char.IsAsciiDigit) || (char.IsAsciiDigit(parts[i][^1]) && i < parts.Length - 2)) return string.Join('.', parts[..(i + 1)]);
        return null;
    }
}
