namespace Equipoise.Formats;

/// <summary>Opens files of tensors, whichever kind they are.</summary>
public static class TensorFile
{
    /// <summary>Opens a <c>.safetensors</c> file or one that <c>torch.save</c> wrote, told apart by their first bytes.</summary>
    /// <exception cref="InvalidFileException">The file is absent, neither, cut, or contradicts itself.</exception>
    public static ITensorFile Open(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        using FileStream stream = File.OpenRead(path);
        Span<byte> head = stackalloc byte[9];
        int read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return read == head.Length && head[8] == '{' && head[..2] is not [(byte)'P', (byte)'K'] ? SafetensorsReader.Open(path) : TorchReader.Open(path);
    }
}
