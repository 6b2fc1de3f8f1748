using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>An array that is read sample by sample.</summary>
internal interface IRows : IDisposable
{
    /// <summary>Copies one sample.</summary>
    void Read(int index, Span<byte> into);
}

/// <summary>Rows of an array in memory: all of them, or those chosen.</summary>
internal sealed class RowsOfArray(NdArray array, int[]? chosen = null) : IRows
{
    public void Read(int index, Span<byte> into) => array.Row(chosen is null ? index : chosen[index]).CopyTo(into);

    public void Dispose()
    {
    }
}

/// <summary>Rows of files, one behind the other.</summary>
internal sealed class RowsOfFiles : IRows
{
    private readonly List<(int First, NpyReader Reader)> _shards = [];

    internal RowsOfFiles(IReadOnlyList<string> paths)
    {
        int first = 0;
        foreach (string path in paths)
        {
            NpyReader reader = NpyReader.Open(path);
            _shards.Add((first, reader));
            first += (int)reader.Rows;
        }
    }

    public void Read(int index, Span<byte> into)
    {
        int at = _shards.Count - 1;
        while (_shards[at].First > index) at--;
        _shards[at].Reader.ReadRow(index - _shards[at].First, into);
    }

    public void Dispose()
    {
        foreach (var (_, reader) in _shards) reader.Dispose();
    }
}
