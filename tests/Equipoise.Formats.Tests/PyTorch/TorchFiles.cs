using System.IO.Compression;
using System.Text;

namespace Equipoise.Formats.Tests;

/// <summary>Makes files of PyTorch from pickles written by hand, good and bad ones.</summary>
internal static class TorchFiles
{
    private const string OneTensor = "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0006tQK\0(K\u0002K\u0003t(K\u0003K\u0001t\u0089ccollections\nOrderedDict\n)RtR";

    /// <summary>A dictionary <c>{"x": value}</c> whose value a pickle's text says; characters are bytes.</summary>
    internal static string Dict(string value) => $"\u0080\u0002}}X\u0001\0\0\0x{value}s.";

    /// <summary>A tensor of six elements in the storage 0, with its count, offset, sizes and strides.</summary>
    internal static string Tensor(string count = "K\u0006", string offset = "K\0", string sizes = "(K\u0002K\u0003t", string strides = "(K\u0003K\u0001t") => OneTensor
        .Replace("cpuK\u0006", "cpu" + count, StringComparison.Ordinal).Replace("QK\0", "Q" + offset, StringComparison.Ordinal)
        .Replace("(K\u0002K\u0003t", sizes, StringComparison.Ordinal).Replace("(K\u0003K\u0001t", strides, StringComparison.Ordinal);

    /// <summary>The zip format with one storage of 24 bytes.</summary>
    internal static string Zip(string path, string pickle, CompressionLevel level = CompressionLevel.NoCompression, int storage = 24)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in new[] { ("archive/data.pkl", Encoding.Latin1.GetBytes(pickle)), ("archive/data/0", Ramp(storage)) })
            using (Stream stream = zip.CreateEntry(name, name.EndsWith('0') ? level : CompressionLevel.NoCompression).Open()) stream.Write(bytes);
        return path;
    }

    /// <summary>The old format with one storage of six numbers.</summary>
    internal static string Legacy(string path, string pickle, long count = 6)
    {
        string head = "\u0080\u0002\u008a\u000a\u006c\u00fc\u009c\u0046\u00f9\u0020\u006a\u00a8\u0050\u0019.\u0080\u0002M\u00e9\u0003.\u0080\u0002}.";
        File.WriteAllBytes(path, [.. Encoding.Latin1.GetBytes(head + pickle + "\u0080\u0002]X\u0001\0\0\00a."), .. BitConverter.GetBytes(count), .. Ramp(24)]);
        return path;
    }

    private static byte[] Ramp(int bytes) => [.. Enumerable.Range(0, bytes / 4).SelectMany(i => BitConverter.GetBytes((float)i))];
}
