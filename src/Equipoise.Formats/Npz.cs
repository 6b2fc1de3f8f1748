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
        using NpzReader reader = NpzReader.Open(path);
        Dictionary<string, NdArray> arrays = [];
        foreach (string name in reader.Names)
        {
            try
            {
                arrays[name] = reader.Read(name);
            }
            catch (InvalidFileException error) when (skipUnreadable is not null && error.Problem.StartsWith("holds elements of type", StringComparison.Ordinal))
            {
                skipUnreadable.Add(name);
            }
        }
        return arrays;
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
}
