using Equipoise.Data;

namespace Equipoise.Training;

/// <summary>The folder of one run, locked while it is in use.</summary>
public sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly bool _made;

    private RunFolder(string path, bool isNew)
    {
        Path = System.IO.Path.GetFullPath(path);
        IsNew = isNew;
        _made = !Directory.Exists(Path);
        Directory.CreateDirectory(Path);
        try
        {
            _lock = new FileStream(System.IO.Path.Combine(Path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new ProblemException($"{path}: another process is training in this folder; wait for it or choose another --out");
        }
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Whether a run begins here, rather than goes on; what an older run left stays until the new one is about to write.</summary>
    public bool IsNew { get; }

    /// <summary><c>config.yaml</c></summary>
    public string Config => System.IO.Path.Combine(Path, "config.yaml");

    /// <summary><c>pack.json</c>: what the pack holds, its samples apart, so that the run predicts without it.</summary>
    public string Pack => System.IO.Path.Combine(Path, "pack.json");

    /// <summary><c>log.jsonl</c></summary>
    public string Log => System.IO.Path.Combine(Path, "log.jsonl");

    /// <summary><c>metrics.json</c></summary>
    public string Metrics => System.IO.Path.Combine(Path, "metrics.json");

    /// <summary><c>tensorboard</c></summary>
    public string TensorBoard => System.IO.Path.Combine(Path, "tensorboard");

    /// <summary>A checkpoint's folder: <c>last</c> or <c>best</c>.</summary>
    public string Checkpoint(string name) => System.IO.Path.Combine(Path, "checkpoints", name);

    /// <summary>Begins a new run.</summary>
    /// <param name="path">The folder; it may exist and be empty.</param>
    /// <param name="force">Whether an older run there may be removed; false by default.</param>
    /// <exception cref="ProblemException">There is something already, or it is in use.</exception>
    public static RunFolder Begin(string path, bool force = false)
    {
        bool used = Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => System.IO.Path.GetFileName(entry) != ".lock");
        if (used && !force) throw new ProblemException($"{path}: exists already; go on with --resume, replace it with --force, or choose another --out");
        if (used && !File.Exists(System.IO.Path.Combine(path, "config.yaml"))) throw new ProblemException($"{path}: is no run, so --force does not replace it; choose another --out");
        return new RunFolder(path, isNew: true);
    }

    /// <summary>Goes on in an existing run, or reads it.</summary>
    /// <exception cref="ProblemException">It is no run, or it is in use.</exception>
    public static RunFolder Open(string path)
    {
        if (!File.Exists(System.IO.Path.Combine(path, "config.yaml"))) throw new ProblemException($"{path}: is no run (it holds no config.yaml); give the folder that train --out wrote");
        return new RunFolder(path, isNew: false);
    }

    /// <summary>Gives the folder back; where nothing was written into it, it is gone again.</summary>
    public void Dispose()
    {
        if (_made && Directory.GetFileSystemEntries(Path).Length == 1) Directory.Delete(Path, recursive: true);
        _lock.Dispose();
    }

    /// <summary>Removes an older run where a new one begins.</summary>
    internal void MakeRoom()
    {
        if (!IsNew) return;
        foreach (string name in (string[])["config.yaml", "pack.json", "log.jsonl", "metrics.json", "evaluation.json"]) File.Delete(System.IO.Path.Combine(Path, name));
        foreach (string name in (string[])["checkpoints", "tensorboard"])
            if (Directory.Exists(System.IO.Path.Combine(Path, name))) Directory.Delete(System.IO.Path.Combine(Path, name), recursive: true);
    }
}
