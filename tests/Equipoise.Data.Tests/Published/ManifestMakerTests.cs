using Equipoise.Data.Preparation;
using Equipoise.Data.Published;
using Equipoise.Data.Tests.Preparation;

namespace Equipoise.Data.Tests.Published;

/// <summary>Published data sets become manifests that prepare; what is not as published is told in a line.</summary>
public sealed class ManifestMakerTests
{
    [Theory]
    [InlineData("crema-d", "ANG DIS FEA HAP NEU SAD", 12, "audio 1x257x188, visual 224x224x3", "cut", "VideoFlash/1003_DFA_ANG_XX.flv", "1003_DFA_ANG_XX")]
    [InlineData("kinetics-sounds", null, 12, "audio 1x128x1024, visual 3x224x224x3", "text", "train/bowling/abcdefghi02_000002_000012.mp4", "abcdefghi02_000002_000012")]
    [InlineData("vggsound", "cat purring, softly|zebra braying", 12, "audio 1x129x626, visual 3x224x224x3", "empty", "video/-vid0000003_000030.mp4", "-vid0000003_000030")]
    [InlineData("ave", "Bark|Church bell", 8, "audio 1x128x1024, visual 3x224x224x3", "cut", "AVE/vid2.mp4", "vid2")]
    [InlineData("ucf101", "ApplyEyeMakeup Archery", 12, "rgb 3x224x224x3, flow 3x224x224x2", "cut", "v/v_Archery_g02_c01/frame000002.jpg", "v_Archery_g02_c01")]
    [InlineData("food-101", "apple_pie waffles", 24, "text 256, image 256x256x3", "empty", "images/train/apple_pie/apple_pie_train_4.jpg", "apple_pie_train_4")]
    [InlineData("mvsa", "positive neutral negative", 30, "text 256, image 256x256x3", "text", "data/8.jpg", "8")]
    [InlineData("iemocap", "angry happy neutral sad", 25, "audio 1x128x1024, visual 256x256x3, text 256", "cut", "Session2/sentences/wav/Ses02F_impro01/Ses02F_impro01_M001.wav", "Ses02F_impro01_M001")]
    [InlineData("av-mnist", "0 1 2 3 4 5 6 7 8 9", 36, "audio 1x32x48, image 28x28", "text", "fsdd/recordings/0_george_5.wav", "0_george_5")]
    [InlineData("modelnet40", "airplane bathtub", 12, "front 224x224x3, back 224x224x3", "cut", "bathtub/train/bathtub_0002.obj.shaded_v007.png", "bathtub_0002")]
    [InlineData("webdataset", "0 1", 12, "audio 1x128x1024, text 256", "cut", "train.tar", "k2")]
    [InlineData("cg-mnist", "0 1 2 3 4 5 6 7 8 9", 600, "gray 28x28, color 28x28x3")]
    [InlineData("cmu-mosi", "negative non-negative", 18, "text 5x4, audio 5x3, vision 5x2")]
    [InlineData("cmu-mosei", "negative non-negative", 18, "text 5x4, audio 5x3, vision 5x2")]
    public void ThePublishedLayoutBecomesAPackAndABadFileAmongTheGoodIsSkipped(
        string name, string? classes, int samples, string modalities, string? damage = null, string? file = null, string? bad = null)
    {
        using TempFolder folder = new();
        PublishedTrees.Make(name, folder["root"]);
        if (damage is not null) PublishedTrees.Damage(folder[$"root/{file}"], damage);
        ManifestResult result = ManifestMaker.Make(name, folder["root"], folder["set"]);
        Assert.Equal(samples, result.Samples.Values.Sum());
        PreparationResult prepared = Preparer.Prepare(Path.Combine(folder["set"], "dataset.yaml"), folder["pack"], new PreparationOptions { SkipBroken = true }, RawMedia.Stop);
        Assert.Equal(bad is null ? [] : [bad], prepared.Skipped.Select(sample => sample.Id));
        if (bad is not null) Assert.Contains(bad, File.ReadAllLines(folder["pack/skipped.csv"])[1], StringComparison.Ordinal);
        using Pack pack = Pack.Open(folder["pack"]);
        if (classes is not null) Assert.Equal(classes.Split(classes.Contains('|', StringComparison.Ordinal) ? '|' : ' '), pack.Classes);
        Assert.Equal(modalities, string.Join(", ", pack.Modalities.Select(modality => $"{modality.Name} {string.Join('x', modality.Shape)}")));
        Assert.Equal(samples - prepared.Skipped.Count, pack.Splits.Values.Sum());
        Assert.All(["train", "val", "test"], split => Assert.NotEmpty(pack.Split(split).Labels));
    }

    [Theory]
    [InlineData("cg-mnist", "train-images-idx3-ubyte", "cut", "train-images-idx3-ubyte: is cut")]
    [InlineData("cg-mnist", "train-labels-idx1-ubyte", "shorter", "holds 400 digits and 399 labels")]
    [InlineData("cg-mnist", "train-images-idx3-ubyte", "text", "is not an idx file")]
    [InlineData("av-mnist", "mnist/t10k-images-idx3-ubyte", "empty", "is cut or damaged")]
    [InlineData("av-mnist", "mnist/train-labels-idx1-ubyte", "shorter", "holds 400 digits and 399 labels")]
    [InlineData("cmu-mosi", "valid.npz", "cut", "valid.npz: is not a whole .npz file")]
    [InlineData("cmu-mosei", "test.npz", "text", "test.npz: is not a whole .npz file")]
    [InlineData("webdataset", "test.tar", "text", "test.tar: is cut")]
    public void ABadFileThatHoldsManySamplesIsNamed(string name, string file, string damage, string expected)
    {
        using TempFolder folder = new();
        PublishedTrees.Make(name, folder["root"]);
        PublishedTrees.Damage(folder[$"root/{file}"], damage);
        string told = Fuzz.Refused(folder[$"root/{file}"], () => ManifestMaker.Make(name, folder["root"], folder["set"]), typeof(Formats.InvalidFileException), typeof(ProblemException));
        Assert.Contains(expected, told, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["set"]));
    }

    [Fact]
    public void KineticsSoundsIsReadFromItsFoldersAndFromItsList()
    {
        using TempFolder folder = new();
        PublishedTrees.Make("kinetics-sounds", folder["root"]);
        ManifestMaker.Make("kinetics-sounds", folder["root"], folder["a"]);
        ManifestMaker.Make("kinetics-sounds", folder["root"], folder["b"], new ManifestOptions { Preset = "ogm-ge" });
        Assert.Equal(31, Classes(folder["a"]).Length);
        Assert.Equal("playing piano", Classes(folder["a"])[16]);
        Assert.Equal(Rows(folder["a"]).Select(row => (row[1], row[2] == "bowling")).Order(), Rows(folder["b"]).Select(row => (row[1], row[2] == "2")).Order());
    }

    [Theory]
    [InlineData("ogm-ge", "NEU HAP SAD FEA DIS ANG", 2)]
    [InlineData("mmpareto", "ANG DIS FEA HAP NEU SAD", 2)]
    [InlineData("relearning", "ANG DIS FEA HAP NEU SAD", 2)]
    [InlineData("mla", "Anger Disgust Fear Happy Neutral Sad", 4)]
    public void EveryRepositoryHasItsOrderOfClassesAndItsParts(string preset, string classes, int tested)
    {
        using TempFolder folder = new();
        PublishedTrees.Make("crema-d", folder["root"]);
        ManifestResult result = ManifestMaker.Make("crema-d", folder["root"], folder["set"], new ManifestOptions { Preset = preset });
        Assert.Equal(classes.Split(' '), Classes(folder["set"]));
        Assert.Equal(tested, result.Samples["test"]);
        Assert.Equal(preset == "relearning", !result.Notes.Any(note => note.StartsWith("val: ", StringComparison.Ordinal)));
        Assert.Equal(preset is "ogm-ge" or "mmpareto", result.Notes.Any(note => note.Contains("--split actor divides", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("crema-d", "actor")]
    [InlineData("av-mnist", "speaker")]
    [InlineData("iemocap", "speaker")]
    [InlineData("ucf101", "scene")]
    public void SplittingByGroupsLeavesNoneOnBothSides(string name, string group)
    {
        using TempFolder folder = new();
        ManifestMaker.Make(name, PublishedTrees.Make(name, folder["root"]), folder["set"], new ManifestOptions { SplitBy = group });
        Assert.All(Rows(folder["set"]).GroupBy(row => row[3]), rows => Assert.Single(rows.Select(row => row[1]).Distinct()));
        Assert.Equal(3, Rows(folder["set"]).Select(row => row[1]).Distinct().Count());
        ProblemException error = Assert.Throws<ProblemException>(() => ManifestMaker.Make(name, folder["root"], folder["other"], new ManifestOptions { SplitBy = "moon" }));
        Assert.Contains($"can be split by {group}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AbsentFilesAreCountedAndListedOrLeftOut()
    {
        using TempFolder folder = new();
        PublishedTrees.Make("crema-d", folder["root"]);
        File.Delete(folder["root/VideoFlash/1001_DFA_ANG_XX.flv"]);
        ProblemException error = Assert.Throws<ProblemException>(() => ManifestMaker.Make("crema-d", folder["root"], folder["set"]));
        Assert.Contains("VideoFlash/1001_DFA_ANG_XX.flv: does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("lacks 1 files of 1 listed samples", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["set"]));
        ManifestResult result = ManifestMaker.Make("crema-d", folder["root"], folder["set"], new ManifestOptions { AllowMissing = true });
        Assert.Equal((1, 11), (result.Skipped, result.Samples.Values.Sum()));
        Assert.Contains("1001_DFA_ANG_XX,,visual,VideoFlash/1001_DFA_ANG_XX.flv,does not exist", File.ReadAllText(folder["set/skipped.csv"]), StringComparison.Ordinal);
    }

    [Fact]
    public void ABadFileAmongTheGoodStopsOrIsSkipped()
    {
        using TempFolder folder = new();
        PublishedTrees.Make("av-mnist", folder["root"]);
        File.WriteAllText(folder["root/fsdd/recordings/0_george_5.wav"], "no sound");
        ManifestMaker.Make("av-mnist", folder["root"], folder["set"]);
        string dataset = folder["set/dataset.yaml"];
        Assert.Contains("0_george_5.wav", Assert.Throws<ProblemException>(() => Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop)).Message, StringComparison.Ordinal);
        PreparationResult result = Preparer.Prepare(dataset, folder["pack"], new PreparationOptions { SkipBroken = true }, RawMedia.Stop);
        Assert.Equal("0_george_5", Assert.Single(result.Skipped).Id);
    }

    [Fact]
    public void TheColourGivesTheClassAwayInTrainAndNotInTest()
    {
        using TempFolder folder = new();
        ManifestMaker.Make("cg-mnist", PublishedTrees.Make("cg-mnist", folder["root"]), folder["set"]);
        double Spread(string split)
        {
            using Formats.NpyReader reader = Formats.NpyReader.Open(folder[$"set/{split}.color.npy"]);
            byte[] row = new byte[28 * 28 * 3];
            List<double> reds = [];
            for (int i = 0; i < 200; i += 10)
            {
                reader.ReadRow(i, row);
                reds.Add(row.Where((_, at) => at % 3 == 0).Average(value => (double)value));
            }
            return Math.Sqrt(reds.Average(red => red * red) - Math.Pow(reds.Average(), 2));
        }
        // Class 0 is crimson: its red part varies by the jitter in train, by the choice of colour in test.
        Assert.True(Spread("train") < 45, $"{Spread("train")}");
        Assert.True(Spread("test") > 50, $"{Spread("test")}");
    }

    [Fact]
    public void TheRulesOfTheLabelsAreThoseDocumented()
    {
        using TempFolder folder = new();
        ManifestMaker.Make("mvsa", PublishedTrees.Make("mvsa", folder["mvsa"]), folder["a"]);
        Dictionary<string, string[]> tweets = Rows(folder["a"]).ToDictionary(row => row[0]);
        Assert.Equal(["positive", "negative", "neutral"], (string[])[tweets["1"][2], tweets["2"][2], tweets["4"][2]]);
        Assert.False(tweets.ContainsKey("3"));
        Assert.Equal("café", tweets["2"][4]);
        ManifestMaker.Make("iemocap", PublishedTrees.Make("iemocap", folder["iemocap"]), folder["b"]);
        string[] turn = Rows(folder["b"]).Single(row => row[0] == "Ses02F_impro01_M001");
        Assert.Equal(["train", "happy", "Ses02M"], turn[1..4]);
        Assert.Contains("Excuse me, number 1.", File.ReadAllText(folder["b/manifest.csv"]), StringComparison.Ordinal);
        Assert.Equal(["-3", "-1", "0", "0", "2", "3"], ((float[])[-3, -1.4f, -0.2f, 0, 1.5f, 7]).Select(label => CmuSentiment.ClassOf(label, "seven")));
        ManifestMaker.Make("ave", PublishedTrees.Make("ave", folder["ave"]), folder["c"]);
        Assert.Equal(["vid0", "vid0#2"], Rows(folder["c"]).Select(row => row[0]).Where(id => id.StartsWith("vid0", StringComparison.Ordinal)));
        ManifestMaker.Make("vggsound", PublishedTrees.Make("vggsound", folder["vgg"]), folder["d"], new ManifestOptions { Preset = "ogm-ge" });
        Assert.Equal("zebra braying", Classes(folder["d"])[0]);
    }

    [Theory]
    [InlineData("train.csv", "1001_DFA_ANG_XX,ANG\n../../secret,ANG\n", "lies outside")]
    [InlineData("train.csv", "1001_DFA_ANG_XX,ANG\n1002_DFA_ANG_XX,JOY\n", "train.csv:2: is not a clip and its emotion")]
    [InlineData("train.csv", "\"1001", "is no CSV file|gives no sample for train|is not a clip")]
    [InlineData("test.csv", null, "holds no test.csv")]
    public void AListThatIsNotThePublishedOneIsToldInALine(string list, string? text, string expected)
    {
        using TempFolder folder = new();
        PublishedTrees.Make("crema-d", folder["root"]);
        if (text is null) File.Delete(folder[$"root/{list}"]);
        else File.WriteAllText(folder[$"root/{list}"], text);
        ProblemException error = Assert.Throws<ProblemException>(() => ManifestMaker.Make("crema-d", folder["root"], folder["set"], new ManifestOptions { Preset = "ogm-ge" }));
        Assert.Contains(expected.Split('|'), part => error.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void UnknownNamesArePointedOut()
    {
        using TempFolder folder = new();
        Assert.Contains("did you mean crema-d?", Assert.Throws<ProblemException>(() => ManifestMaker.Make("cremad", folder["x"], folder["y"])).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["x"]);
        Assert.Contains("AudioWAV", Assert.Throws<ProblemException>(() => ManifestMaker.Make("crema-d", folder["x"], folder["y"])).Message, StringComparison.Ordinal);
        Assert.Contains("did you mean ogm-ge?", Assert.Throws<ProblemException>(() => ManifestMaker.Make("crema-d", folder["x"], folder["y"], new ManifestOptions { Preset = "ogmge" })).Message, StringComparison.Ordinal);
        Assert.Equal(14, ManifestMaker.Known.Count);
    }

    private static string[] Classes(string folder) => [.. YamlMap.Load(Path.Combine(folder, "dataset.yaml"), new ProblemList()).Texts("classes")!];

    /// <summary>The rows after the heading, split at commas: text that holds commas falls apart, which no test here minds.</summary>
    private static IEnumerable<string[]> Rows(string folder) => File.ReadLines(Path.Combine(folder, "manifest.csv")).Skip(1).Select(line => line.Split(','));
}
