namespace Equipoise.Testing;

/// <summary>A folder of its own for one test, deleted with everything in it at the end.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Makes an empty folder under the system's temporary folder.</summary>
    public TempFolder() => Path = Directory.CreateTempSubdirectory("equipoise-test-").FullName;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The full path of a name inside the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
