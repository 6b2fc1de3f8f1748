using System.Text;
using System.Text.Json.Nodes;

namespace Equipoise.Training;

/// <summary>The run's log: one JSON object per line, appended and flushed; a line torn by a kill is cut off before going on.</summary>
public sealed class RunLog : IDisposable
{
    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    /// <summary>Opens a log for appending.</summary>
    public RunLog(string path, TimeProvider clock)
    {
        _clock = clock;
        _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CutTornLine();
    }

    /// <summary>Appends an event; its time is added.</summary>
    public void Write(string name, JsonObject fields)
    {
        JsonObject line = new() { ["event"] = name, ["time"] = _clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture) };
        foreach (var (key, value) in fields) line[key] = value?.DeepClone();
        _stream.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>How often test has been looked at, by training and by evaluations.</summary>
    public static int LooksAtTest(string path) => !File.Exists(path) ? 0 : File.ReadLines(path)
        .Count(line => line.StartsWith("{\"event\":\"test\"", StringComparison.Ordinal)
            || ((line.StartsWith("{\"event\":\"evaluate\"", StringComparison.Ordinal) || line.StartsWith("{\"event\":\"probe\"", StringComparison.Ordinal)) && line.Contains("\"split\":\"test\"", StringComparison.Ordinal)));

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private void CutTornLine()
    {
        long end = _stream.Length;
        while (end > 0)
        {
            _stream.Position = end - 1;
            if (_stream.ReadByte() == '\n') break;
            end--;
        }
        _stream.SetLength(end);
        _stream.Position = end;
    }
}
