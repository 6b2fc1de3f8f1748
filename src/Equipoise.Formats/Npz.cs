using System.IO.Compression;

namespace Equipoise.Formats;

/// <summary>Several arrays in one zip file, as <c>numpy.savez</c> writes them.</summary>
public static class Npz
{
    /// <summary>Reads every array.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipUnreadable">
    /// Leaves out arrays whose element type is not a number (texts, objects) instead of refusing the file; their names go to
    /// this list.
    /// </param>
    /// <exception cref="InvalidFileException">The file is absent, no zip, cut, or holds something else.</exception>
    public static IReadOnlyDictionary<string, NdArray> Read(string path, ICollection<string>? skipUnreadable = null)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        try
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            Dictionary<string, NdArray> arrays = [];
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                try
                {
                    if (!arrays.TryAdd(name, ReadEntry(entry, $"{path}[{name}]")))
                        throw new InvalidFileException(path, $"holds two arrays named {name}", "keep one");
                }
                catch (InvalidFileException error) when (skipUnreadable is not null && error.Problem.StartsWith("holds elements of type", StringComparison.Ordinal))
                {
                    skipUnreadable.Add(name);
                }
            }
            return arrays;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InvalidFileException(path, "is not a whole .npz file", "write it again with numpy.savez");
        }
    }

    /// <summary>Writes arrays, deflated.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, NdArray> arrays)
    {
        using AtomicFile file = new(path);
        using (ZipArchive zip = new(file.Stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, NdArray array) in arrays)
            {
                ZipArchiveEntry entry = zip.CreateEntry(name + ".npy", CompressionLevel.Fastest);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream stream = entry.Open();
                stream.Write(NpyHeader.Write(array.Type, array.Shape));
                stream.Write(array.Data);
            }
        file.Complete();
    }

    private static NdArray ReadEntry(ZipArchiveEntry entry, string name)
    {
        const string remedy = "write it again with numpy.savez";
        if (entry.Length > Array.MaxLength) throw new InvalidFileException(name, "is larger than 2 GiB", "split it");
        using Stream stream = entry.Open();
        byte[] bytes = ReadGrowing(stream, entry.Length, name);
        using MemoryStream memory = new(bytes);
        NpyHeader header = NpyHeader.Read(memory, name);
        if (bytes.Length - header.DataOffset != header.Type.Bytes(header.Shape))
            throw new InvalidFileException(name, "holds more or fewer bytes than its shape asks for", remedy);
        return new NdArray(header.Type, header.Shape, bytes[(int)header.DataOffset..]);
    }

    /// <summary>Reads what is there, growing as it comes: a lying length in the directory costs no memory.</summary>
    private static byte[] ReadGrowing(Stream stream, long stated, string name)
    {
        using MemoryStream memory = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > stated) break;
        }
        return memory.Length == stated
            ? memory.ToArray()
            : throw new InvalidFileException(name, "is not as long as the zip's directory says", "write it again with numpy.savez");
    }
}
