using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Packs;

/// <summary>Whatever a pack says about itself, opening it gives one clear error and nothing else.</summary>
public sealed class HostilePackTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public HostilePackTests() => SmallPack.Write(_folder["pack"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"format\": 3}")]
    [InlineData("{\"format\": \"equipoise-pack/2\"}")]
    public void AnotherPackJsonIsRefused(string text)
    {
        File.WriteAllText(_folder["pack/pack.json"], text);
        Refused();
    }

    [Theory]
    [InlineData("dtype", "\"17\"")]
    [InlineData("dtype", "\"uint8, int8\"")]
    [InlineData("dtype", "null")]
    [InlineData("kind", "\"smell\"")]
    [InlineData("kind", "\"3\"")]
    [InlineData("shape", "[]")]
    [InlineData("shape", "[-4, 5, 3]")]
    [InlineData("shape", "[0, 5, 3]")]
    [InlineData("shape", "[4611686018427387904, 4611686018427387904, 3]")]
    [InlineData("shape", "[1e99, 5, 3]")]
    [InlineData("shape", "[4, 5]")]
    [InlineData("shape", "\"large\"")]
    public void AnAbsurdModalityIsRefused(string key, string value)
    {
        Edit(json => json["modalities"]!["picture"]![key] = JsonNode.Parse(value));
        Refused();
    }

    [Theory]
    [InlineData("n", "-1")]
    [InlineData("n", "13")]
    [InlineData("n", "1e30")]
    [InlineData("files", "{}")]
    [InlineData("sha256", "{}")]
    public void AnAbsurdSplitIsRefused(string key, string value)
    {
        Edit(json => json["splits"]!["train"]![key] = JsonNode.Parse(value));
        Refused();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"../../etc/passwd\"]")]
    [InlineData("[\"/etc/passwd\"]")]
    [InlineData("[\"..\"]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"nowhere.npy\"]")]
    [InlineData("[\"train.label.npy\"]")]
    public void FilesThatLeadElsewhereAreRefused(string files)
    {
        Edit(json =>
        {
            json["splits"]!["train"]!["files"]!["picture"] = JsonNode.Parse(files);
            foreach (JsonNode? file in JsonNode.Parse(files)!.AsArray()) json["splits"]!["train"]!["sha256"]![file!.GetValue<string>()] = "0";
        });
        Refused();
    }

    [Fact]
    public void AModalityNamedLikeAPathIsRefused()
    {
        Edit(json => json["modalities"]!["../picture"] = json["modalities"]!["picture"]!.DeepClone());
        Refused();
    }

    [Fact]
    public void AScalarInsteadOfAnArrayIsRefused()
    {
        NpyWriter.Write(_folder["pack/train.picture.npy"], new NdArray(ElementType.UInt8, [], [1]));
        Refused();
    }

    [Fact]
    public void AMissingListOfIdsIsNoticedOnOpening()
    {
        File.Delete(_folder["pack/test.id.json"]);
        Assert.Contains("test.id.json", Refused().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\"one\"]")]
    [InlineData("[1, 2]")]
    [InlineData("nonsense")]
    public void IdsThatAreNoListOfTextsAreRefusedOnUse(string text)
    {
        File.WriteAllText(_folder["pack/train.id.json"], text);
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["pack/train.id.json"])));
        Edit(json => json["splits"]!["train"]!["sha256"]!["train.id.json"] = hash);
        using Pack pack = Pack.Open(_folder["pack"]);
        Assert.Contains("train.id.json", Assert.Throws<InvalidFileException>(() => pack.Split("train")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALabelBeyondTheClassesIsRefusedOnUse()
    {
        Edit(json => json["classes"] = new JsonArray("a", "b"));
        using Pack pack = Pack.Open(_folder["pack"]);
        Assert.Contains("label 2", Assert.Throws<InvalidFileException>(() => pack.Split("train")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpeningReadsNoContentOfTest()
    {
        File.WriteAllText(_folder["pack/test.id.json"], "poison");
        using Pack pack = Pack.Open(_folder["pack"]);
        Assert.Equal(12, pack.Split("train").Count);
        Assert.Throws<InvalidFileException>(() => pack.Split("test"));
    }

    private InvalidFileException Refused()
    {
        InvalidFileException error = Assert.Throws<InvalidFileException>(() => Pack.Open(_folder["pack"]).Dispose());
        Assert.DoesNotContain('\n', error.Message);
        return error;
    }

    private void Edit(Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(_folder["pack/pack.json"]))!.AsObject();
        change(json);
        File.WriteAllText(_folder["pack/pack.json"], json.ToJsonString());
    }
}
