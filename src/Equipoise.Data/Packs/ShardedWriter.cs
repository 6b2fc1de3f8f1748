using System.Globalization;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>Writes one array of a split, in several files where it grows large: <c>train.audio.npy</c>, or <c>train-00000.audio.npy</c> and so on.</summary>
internal sealed class ShardedWriter(string folder, string split, string role, ElementType type, long[] shape, long mostBytes) : IDisposable
{
    private readonly long _rowBytes = type.Bytes(shape);
    private readonly List<string> _files = [];
    private NpyWriter? _current;
    private long _bytes;

    /// <summary>Appends a sample.</summary>
    internal void Append(byte[] row)
    {
        if (_current is null || (_bytes > 0 && _bytes + _rowBytes > mostBytes)) Begin();
        _current!.Append(row);
        _bytes += _rowBytes;
    }

    /// <summary>Puts the files in their places; their names, in order.</summary>
    internal IReadOnlyList<string> Complete()
    {
        if (_current is null) Begin();
        _current!.Complete();
        if (_files.Count > 1) return _files;
        string only = $"{split}.{role}.npy";
        File.Move(Path.Combine(folder, _files[0]), Path.Combine(folder, only));
        return [only];
    }

    public void Dispose() => _current?.Dispose();

    private void Begin()
    {
        _current?.Complete();
        _current?.Dispose();
        string file = string.Create(CultureInfo.InvariantCulture, $"{split}-{_files.Count:d5}.{role}.npy");
        _files.Add(file);
        _current = new NpyWriter(Path.Combine(folder, file), type, shape);
        _bytes = 0;
    }
}
