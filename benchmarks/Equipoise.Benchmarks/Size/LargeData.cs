using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Benchmarks;

/// <summary>Made-up data that are large.</summary>
internal static class LargeData
{
    private const int Classes = 10, Width = 24, Shards = 100, RowsOfShard = 1334, Side = 224;

    /// <summary>Features <c>a</c> and <c>b</c> of 24 numbers each, around a place of their class, as an <c>.npz</c>.</summary>
    internal static void WriteFeatures(string path, int rows, int seed)
    {
        Random random = new(seed);
        long[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(Classes))];
        Npz.Write(path, new Dictionary<string, NdArray>
        {
            ["a"] = Features(labels, random, 0.5f),
            ["b"] = Features(labels, random, 0.2f),
            ["label"] = NdArray.From(labels, labels.Length),
        });
    }

    /// <summary>A pack of pictures and features whose pictures are all black, in sparse files; returns its bytes.</summary>
    internal static long WriteSparsePack(string folder)
    {
        Directory.CreateDirectory(folder);
        JsonObject splits = [];
        long bytes = 0;
        foreach (var (name, shards) in new[] { ("train", Shards), ("val", 1), ("test", 1) })
        {
            int rows = shards * RowsOfShard;
            JsonArray pictures = [];
            JsonObject hashes = [];
            string shard = Path.Combine(folder, $"{name}-00000.visual.npy");
            bytes += WriteSparse(shard, RowsOfShard) * shards;
            string hash = Hash(shard);
            for (int i = 0; i < shards; i++)
            {
                string file = $"{name}-{i:d5}.visual.npy";
                if (i > 0) WriteSparse(Path.Combine(folder, file), RowsOfShard);
                pictures.Add(file);
                hashes[file] = hash;
            }
            Random random = new(rows);
            long[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.NextInt64(Classes))];
            JsonObject files = new() { ["visual"] = pictures };
            foreach (var (role, array) in new[] { ("label", NdArray.From(labels, rows)), ("features", Features(labels, random, 0.5f)) })
            {
                string file = $"{name}.{role}.npy";
                NpyWriter.Write(Path.Combine(folder, file), array);
                files[role] = new JsonArray(file);
                hashes[file] = Hash(Path.Combine(folder, file));
            }
            string ids = Path.Combine(folder, $"{name}.id.json");
            File.WriteAllText(ids, new JsonArray([.. Enumerable.Range(0, rows).Select(i => (JsonNode)$"{name}{i}")]).ToJsonString());
            files["id"] = new JsonArray(Path.GetFileName(ids));
            hashes[Path.GetFileName(ids)] = Hash(ids);
            splits[name] = new JsonObject { ["n"] = rows, ["files"] = files, ["sha256"] = hashes };
        }
        File.WriteAllText(Path.Combine(folder, "pack.json"), new JsonObject
        {
            ["format"] = "equipoise-pack/1",
            ["name"] = "large",
            ["classes"] = new JsonArray([.. Enumerable.Range(0, Classes).Select(c => (JsonNode)$"c{c}")]),
            ["modalities"] = new JsonObject
            {
                ["visual"] = new JsonObject { ["kind"] = "image", ["shape"] = new JsonArray(Side, Side, 3), ["dtype"] = "uint8" },
                ["features"] = new JsonObject { ["kind"] = "features", ["shape"] = new JsonArray(Width), ["dtype"] = "float32" },
            },
            ["splits"] = splits,
            ["skipped"] = 0,
        }.ToJsonString());
        return bytes;
    }

    private static NdArray Features(long[] labels, Random random, float signal)
    {
        float[] values = new float[labels.Length * Width];
        for (int i = 0; i < values.Length; i++) values[i] = random.NextSingle() * 2 - 1 + (labels[i / Width] == i % Width ? signal : 0);
        return NdArray.From(values, labels.Length, Width);
    }

    private static long WriteSparse(string path, int rows)
    {
        byte[] head = NpyHeader(rows);
        using FileStream stream = new(path, FileMode.Create);
        stream.Write(head);
        stream.SetLength(head.Length + (long)rows * Side * Side * 3);
        return stream.Length;
    }

    /// <summary>The head of version 1.0: magic, length, a Python dictionary padded to a multiple of 64 bytes.</summary>
    private static byte[] NpyHeader(int rows)
    {
        string text = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({rows}, {Side}, {Side}, 3), }}";
        text = text.PadRight(128 - 10 - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(text)];
    }

    private static string Hash(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
