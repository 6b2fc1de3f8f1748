namespace Equipoise.Data.Media;

/// <summary>A folder written beside its target and renamed when whole; a failure leaves nothing.</summary>
internal sealed class NewFolder : IDisposable
{
    private readonly string _target;

    /// <exception cref="ProblemException">The target exists and is not empty, or cannot be made.</exception>
    internal NewFolder(string target)
    {
        _target = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (File.Exists(_target) || (Directory.Exists(_target) && Directory.EnumerateFileSystemEntries(_target).Any()))
            throw new ProblemException($"{target}: exists already; name another folder or remove it");
        Path = $"{_target}.{Environment.ProcessId}.partial";
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where to write.</summary>
    internal string Path { get; }

    /// <summary>Puts the folder in its place.</summary>
    internal void Complete()
    {
        if (Directory.Exists(_target)) Directory.Delete(_target);
        Directory.Move(Path, _target);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }
}
