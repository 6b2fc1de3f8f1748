using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Equipoise.Formats;

/// <summary>Writes state dicts that <c>torch.load</c> opens (the zip format): beside the target, renamed when whole.</summary>
public static class TorchWriter
{
    private const string Root = "archive";

    /// <summary>Writes an <c>OrderedDict</c> of tensors in the given order.</summary>
    /// <exception cref="NotSupportedException">PyTorch has no such element type.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, NdArray>> tensors)
    {
        KeyValuePair<string, NdArray>[] list = [.. tensors];
        using AtomicFile file = new(path);
        using (ZipArchive zip = new(file.Stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "data.pkl", PickleWriter.StateDict(list));
            for (int i = 0; i < list.Length; i++) Add(zip, string.Create(CultureInfo.InvariantCulture, $"data/{i}"), list[i].Value.Data);
            Add(zip, "version", Encoding.ASCII.GetBytes("3\n"));
        }
        file.Complete();
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes)
    {
        ZipArchiveEntry entry = zip.CreateEntry($"{Root}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using Stream stream = entry.Open();
        stream.Write(bytes);
    }
}
