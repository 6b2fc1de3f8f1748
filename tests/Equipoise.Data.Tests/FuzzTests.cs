using Equipoise.Data.Manifests;
using Equipoise.Data.Preparation;
using Equipoise.Data.Published;
using Equipoise.Data.Tests.Packs;
using Equipoise.Data.Tests.Preparation;
using Equipoise.Data.Tests.Published;
using Equipoise.Data.Text;
using Equipoise.Formats;

namespace Equipoise.Data.Tests;

/// <summary>Hundreds of damaged files of each kind that is read here: what is in them, or a refusal in plain lines.</summary>
public sealed class FuzzTests : IDisposable
{
    private static readonly Type[] Documented = [typeof(InvalidFileException), typeof(ProblemException)];
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pack.json")]
    [InlineData("train.id.json")]
    [InlineData("train.label.npy")]
    [InlineData("train.sound.npy")]
    public void APack(string file)
    {
        SmallPack.Write(_folder["pack"]);
        Fuzz.Read(_folder[$"pack/{file}"], () =>
        {
            using Pack pack = Pack.Open(_folder["pack"]);
            foreach (string split in pack.Splits.Keys)
                foreach (PackModality modality in pack.Modalities) pack.Split(split).Values(modality, 0);
        }, Documented);
    }

    [Theory]
    [InlineData("m.csv", "id,split,label,group,text\na,train,cat,g1,\"one, two\"\nb,test,dog,,three\n")]
    [InlineData("m.jsonl", """{"id": "a", "split": "train", "label": "cat", "text": "one"}""" + "\n" + """{"id": 7, "label": "dog", "text": "two", "more": [1, null]}""" + "\n")]
    public void AManifest(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        Fuzz.Read(_folder[name], () =>
        {
            ProblemList problems = new();
            ManifestReader.Read(_folder[name], ["cat", "dog"], [("text", CellForm.Text)], training: false, problems);
            problems.ThrowIfAny();
        }, Documented);
    }

    [Fact]
    public void CsvArrays()
    {
        File.WriteAllText(_folder["a.csv"], "id,label,audio.0,audio.1,x\na,0,1.5,2,3\nb,1,-1,2e3,4\nc,1,0,0,0\n");
        Fuzz.Read(_folder["a.csv"], () => Data.CsvArrays.Read(_folder["a.csv"], []), Documented);
    }

    [Fact]
    public void ADataset()
    {
        File.WriteAllText(_folder["manifest.csv"], "id,label,audio,text\na,cat,,one\nb,dog,,two\n");
        File.WriteAllText(_folder["d.yaml"], """
            name: small
            classes: [cat, dog]
            modalities:
              audio: &a {recipe: {type: log-spectrogram, rate: 8000, seconds: 0.5, n_fft: 128, hop: 64, pool: [1, 2]}}
              text: {kind: text, recipe: {type: text, length: 8}}
            """);
        Fuzz.Read(_folder["d.yaml"], () => DatasetDescription.Read(_folder["d.yaml"]), Documented);
    }

    [Fact]
    public void Yaml()
    {
        File.WriteAllText(_folder["c.yaml"], "n: &n [1, 2.5]\na: {b: *n, c: 'text'}\nlist:\n  - {type: one}\n  - type: two\n    f: |\n      lines\n");
        Fuzz.Read(_folder["c.yaml"], () =>
        {
            ProblemList problems = new();
            YamlMap map = YamlMap.Load(_folder["c.yaml"], problems);
            map.ToJson();
            map.ToYaml();
            map.Numbers("n");
            map.Map("a")?.Numbers("b");
            map.Map("a")?.Text("c");
            foreach (YamlMap item in map.MapList("list") ?? []) item.Choice("type", "one", ["one", "two"]);
            problems.ThrowIfAny();
        }, Documented);
    }

    [Fact]
    public void Vocabularies()
    {
        File.WriteAllLines(_folder["v.txt"], ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "one", "##two", "\u00fc"]);
        Fuzz.Read(_folder["v.txt"], () => Assert.NotEmpty(Vocabulary.Load(_folder["v.txt"]).Pieces("onetwo")), Documented);
    }

    [Fact]
    public void Shards()
    {
        Directory.CreateDirectory(_folder["root"]);
        foreach (string split in (string[])["train", "test"]) Tar.Write(_folder[$"root/{split}.tar"], [.. Enumerable.Range(0, 4).SelectMany(i => Tar.Sample($"k{i}", $"{i % 2}"))]);
        Fuzz.Read(_folder["root/train.tar"], () =>
        {
            if (Directory.Exists(_folder["out"])) Directory.Delete(_folder["out"], recursive: true);
            ManifestMaker.Make("webdataset", _folder["root"], _folder["out"]);
        }, Documented);
    }

    [Theory]
    [InlineData("wav", "{type: log-spectrogram, rate: 8000, seconds: 0.5, n_fft: 128, hop: 64}")]
    [InlineData("mp4", "{type: frames, rate: 2, frames: 2, choose: even, size: [8, 8]}")]
    [InlineData("jpg", "{type: frames, size: [8, 8]}")]
    public void Media(string kind, string text)
    {
        string whole = _folder[$"whole.{kind}"];
        if (kind == "wav") RawMedia.Wav(whole);
        else if (kind == "mp4") RawMedia.Video(whole);
        else RawMedia.Picture(whole, "red");
        Recipe recipe = Recipe.Read(YamlMap.Parse(text, "recipe", new ProblemList()))!;
        string[] files = [whole, .. Mutants.Of(File.ReadAllBytes(whole), 24, seed: 3).Select((mutant, i) =>
        {
            File.WriteAllBytes(_folder[$"{i}.{kind}"], mutant);
            return _folder[$"{i}.{kind}"];
        })];
        Data.Media.Decoded[] decoded = recipe.Prepare(files, RawMedia.Stop);
        Assert.NotNull(decoded[0].Data);
        Assert.Contains(decoded, one => one.Failure is not null);
        Assert.All(decoded, one => Assert.True(one.Data?.Length == recipe.Type.Bytes(recipe.Shape) || (one is { Data: null, Failure.Length: > 0 } && !one.Failure.Any(char.IsControl)), one.Failure));
    }

    [Fact]
    public void KeptRows()
    {
        byte[] row = [1, 2, 3, 4];
        using (RowStore store = new(_folder["rows"], null)) store.Keep([("0123456789abcdef", new() { ["x"] = row, ["y"] = null })]);
        string file = Directory.GetFiles(_folder["rows"]).Single();
        foreach (byte[] mutant in Mutants.Of(File.ReadAllBytes(file), 300, seed: 1))
        {
            File.WriteAllBytes(file, mutant);
            using RowStore store = new(_folder["rows"], null);
            store.Find("0123456789abcdef", []);
        }
    }
}
