using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Packs;

public sealed class ShardedPackTests
{
    [Fact]
    public void ShardsReadLikeOneFile()
    {
        using TempFolder folder = new();
        SmallPack.Write(folder["pack"]);
        byte[][] whole = Rows(folder["pack"]);
        Cut(folder["pack"], 5, 1, 6);
        Assert.Equal(whole, Rows(folder["pack"]));
    }

    private static byte[][] Rows(string folder)
    {
        using Pack pack = Pack.Open(folder);
        PackSplit train = pack.Split("train");
        byte[][] rows = [.. Enumerable.Range(0, train.Count).Select(_ => new byte[60])];
        for (int i = rows.Length - 1; i >= 0; i--) train.ReadRow("picture", i, rows[i]);
        return rows;
    }

    private static void Cut(string folder, params int[] lengths)
    {
        string json = Path.Combine(folder, "pack.json"), array = Path.Combine(folder, "train.picture.npy");
        JsonObject pack = JsonNode.Parse(File.ReadAllText(json))!.AsObject(), train = pack["splits"]!["train"]!.AsObject();
        using NpyReader reader = NpyReader.Open(array);
        NdArray all = reader.ReadAll();
        JsonArray files = [];
        for (int shard = 0, from = 0; shard < lengths.Length; from += lengths[shard++])
        {
            string name = $"train-{shard:d5}.picture.npy", path = Path.Combine(folder, name);
            NpyWriter.Write(path, new NdArray(all.Type, [lengths[shard], .. all.Shape[1..]], all.Data[(from * 60)..((from + lengths[shard]) * 60)]));
            files.Add(name);
            train["sha256"]![name] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        train["files"]!["picture"] = files;
        File.WriteAllText(json, pack.ToJsonString());
        File.Delete(array);
    }
}
