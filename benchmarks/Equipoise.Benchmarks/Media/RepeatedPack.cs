using System.Text.Json.Nodes;

namespace Equipoise.Benchmarks;

/// <summary>A pack whose splits hold the rows of another again and again: the same files, listed several times.</summary>
internal static class RepeatedPack
{
    /// <summary>Writes it as a copy of a pack whose <c>train</c> is repeated.</summary>
    internal static void Write(string pack, string repeated, int times)
    {
        Directory.CreateDirectory(repeated);
        foreach (string file in Directory.EnumerateFiles(pack)) File.Copy(file, Path.Combine(repeated, Path.GetFileName(file)), overwrite: true);
        string description = Path.Combine(repeated, "pack.json");
        JsonNode json = JsonNode.Parse(File.ReadAllText(description))!;
        JsonObject train = json["splits"]!["train"]!.AsObject();
        train["n"] = (int)train["n"]! * times;
        JsonObject files = train["files"]!.AsObject();
        foreach (string role in (string[])[.. files.Select(pair => pair.Key).Where(role => role is "id" or "key" or "group")])
        {
            if (role != "id") files.Remove(role);
            else File.WriteAllText(Path.Combine(repeated, "train.id.json"), new JsonArray([.. Enumerable.Range(0, (int)train["n"]!).Select(i => (JsonNode)$"r{i}")]).ToJsonString());
        }
        train["sha256"]!["train.id.json"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(repeated, "train.id.json"))));
        foreach (var (_, list) in files.Where(pair => pair.Key != "id"))
        {
            string name = (string)list!.AsArray()[0]!;
            for (int i = 1; i < times; i++) list.AsArray().Add(name);
        }
        File.WriteAllText(description, json.ToJsonString());
    }
}
