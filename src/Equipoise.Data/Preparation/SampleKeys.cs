using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Equipoise.Data.Manifests;

namespace Equipoise.Data.Preparation;

/// <summary>What a prepared sample depends on, as one hash: its recipes and the content of its files. Equal keys mean equal rows.</summary>
internal sealed class SampleKeys(IReadOnlyList<KeyValuePair<string, Recipe>> recipes)
{
    private readonly string[] _recipes = [.. recipes.Select(pair => $"{pair.Key} {pair.Value.ToJson().ToJsonString()}")];
    private readonly ConcurrentDictionary<string, string> _contents = new();

    /// <summary>The key of a sample; a file that cannot be read counts as empty, and is told when it is decoded.</summary>
    internal string Of(ManifestSample sample)
    {
        StringBuilder parts = new();
        for (int i = 0; i < recipes.Count; i++)
        {
            string? cell = sample.Files[recipes[i].Key];
            parts.Append(_recipes[i]).Append('\n').Append(cell is null ? "absent" : recipes[i].Value.Cell == CellForm.Text ? cell : Contents(cell)).Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts.ToString())));
    }

    private string Contents(string cell) => string.Join('|', cell.Split('|').Select(Content));

    private string Content(string cell)
    {
        var (file, part) = CellParts.Split(cell);
        return _contents.GetOrAdd(file, Hash) + (part.Length > 0 ? $"#{part}" : "");
    }

    private static string Hash(string path)
    {
        try
        {
            if (Directory.Exists(path)) return string.Join(',', PictureFiles.In(path).Select(file => $"{Path.GetFileName(file)}:{Hash(file)}"));
            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
