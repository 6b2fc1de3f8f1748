namespace Equipoise.Formats;

/// <summary>A file written beside its target and renamed when whole: a failure leaves the target as it was.</summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _target;
    private readonly string _partial;
    private bool _done;

    /// <summary>Begins to write; an existing target is replaced by <see cref="Complete"/>.</summary>
    public AtomicFile(string path)
    {
        _target = Path.GetFullPath(path);
        _partial = $"{_target}.{Environment.ProcessId}.partial";
        Stream = new FileStream(_partial, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 16);
    }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Writes a whole text file in UTF-8.</summary>
    public static void WriteAllText(string path, string text)
    {
        using AtomicFile file = new(path);
        file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Complete();
    }

    /// <summary>Flushes to disk and puts the file in its place.</summary>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_partial, _target, overwrite: true);
        _done = true;
    }

    /// <summary>Removes the partial file where it was not completed.</summary>
    public void Dispose()
    {
        if (_done) return;
        try
        {
            Stream.Dispose();
        }
        catch (Exception error) when (error is IOException or ArgumentOutOfRangeException)
        {
            // The disk that refused the bytes refuses the flush as well (past a limit on file sizes .NET speaks of an
            // argument); the file goes either way.
        }
        File.Delete(_partial);
        _done = true;
    }
}
