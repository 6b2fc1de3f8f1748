using System.Collections.Concurrent;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>Rows that need not be prepared again: those that an interrupted preparation kept, and those of an older pack.</summary>
internal sealed class RowStore : IDisposable
{
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, (string File, long Offset)> _kept = new();
    private readonly Dictionary<string, (PackSplit Split, int Row)> _old = [];
    private readonly Pack? _pack;
    private int _files;

    /// <summary>Opens a store.</summary>
    /// <param name="folder">Where rows are kept while a preparation runs; made when the first are.</param>
    /// <param name="older">A pack whose rows serve where their keys are equal; null for none.</param>
    internal RowStore(string folder, string? older)
    {
        _folder = folder;
        if (Directory.Exists(folder))
            foreach (string file in Directory.GetFiles(folder, "*.rows")) Index(file);
        _files = _kept.Values.Select(place => place.File).Distinct().Count();
        if (older is null) return;
        _pack = Pack.Open(older);
        foreach (PackSplit split in _pack.Splits.Keys.Select(_pack.Split))
            for (int row = 0; row < (split.Keys?.Count ?? 0); row++) _old.TryAdd(split.Keys![row], (split, row));
    }

    /// <summary>The bytes by role of a sample with this key; null where it has to be prepared.</summary>
    internal Dictionary<string, byte[]?>? Find(string key, IReadOnlyList<KeyValuePair<string, Recipe>> recipes) =>
        _kept.TryGetValue(key, out var place) ? Read(place.File, place.Offset) : _old.TryGetValue(key, out var row) ? Read(row.Split, row.Row, recipes) : null;

    /// <summary>Keeps prepared rows until <see cref="Clear"/>; safe for several threads.</summary>
    internal void Keep(IReadOnlyList<(string Key, Dictionary<string, byte[]?> Rows)> samples)
    {
        if (samples.Count == 0) return;
        Directory.CreateDirectory(_folder);
        string path = Path.Combine(_folder, $"{Interlocked.Increment(ref _files):d6}-{samples[0].Key[..8]}.rows");
        using AtomicFile file = new(path);
        using (BinaryWriter writer = new(file.Stream, System.Text.Encoding.UTF8, leaveOpen: true)) Write(writer, samples);
        file.Complete();
    }

    /// <summary>How many samples were kept by an earlier, interrupted preparation.</summary>
    internal int Kept => _kept.Count;

    /// <summary>Removes what was kept.</summary>
    internal void Clear()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _pack?.Dispose();

    /// <summary>Notes where each sample of a file begins. A file is whole or absent; one that is neither is not used.</summary>
    private void Index(string path)
    {
        Dictionary<string, (string, long)> found = [];
        try
        {
            using BinaryReader reader = new(File.OpenRead(path), System.Text.Encoding.UTF8);
            while (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                string key = reader.ReadString();
                long offset = reader.BaseStream.Position;
                int roles = reader.ReadInt32();
                for (int i = 0; i < roles; i++)
                {
                    reader.ReadString();
                    int length = reader.ReadInt32();
                    reader.BaseStream.Position += Math.Max(0, length);
                }
                if (reader.BaseStream.Position <= reader.BaseStream.Length) found[key] = (path, offset);
                else throw new EndOfStreamException();
            }
        }
        catch (Exception error) when (error is EndOfStreamException or IOException or FormatException)
        {
            File.Delete(path);
            return;
        }
        foreach (var (key, place) in found) _kept[key] = place;
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<(string Key, Dictionary<string, byte[]?> Rows)> samples)
    {
        foreach (var (key, rows) in samples)
        {
            writer.Write(key);
            writer.Write(rows.Count);
            foreach (var (role, bytes) in rows)
            {
                writer.Write(role);
                writer.Write(bytes?.Length ?? -1);
                if (bytes is not null) writer.Write(bytes);
            }
        }
    }

    private static Dictionary<string, byte[]?> Read(string path, long offset)
    {
        using BinaryReader reader = new(File.OpenRead(path), System.Text.Encoding.UTF8);
        reader.BaseStream.Position = offset;
        Dictionary<string, byte[]?> rows = [];
        for (int roles = reader.ReadInt32(); roles > 0; roles--)
        {
            string role = reader.ReadString();
            int length = reader.ReadInt32();
            rows[role] = length < 0 ? null : reader.ReadBytes(length);
        }
        return rows;
    }

    private static Dictionary<string, byte[]?> Read(PackSplit split, int row, IReadOnlyList<KeyValuePair<string, Recipe>> recipes)
    {
        Dictionary<string, byte[]?> rows = [];
        foreach (var (modality, recipe) in recipes)
        {
            bool there = split.Present(modality)?[row] ?? true;
            rows[modality] = there ? Bytes(modality, recipe.Type.Bytes(recipe.Shape)) : null;
            foreach (Companion companion in recipe.Companions)
                if (there) rows[$"{modality}.{companion.Name}"] = Bytes($"{modality}.{companion.Name}", companion.Type.Bytes(companion.Shape));
        }
        return rows;

        byte[] Bytes(string role, long count)
        {
            byte[] bytes = new byte[count];
            split.ReadRow(role, row, bytes);
            return bytes;
        }
    }
}
