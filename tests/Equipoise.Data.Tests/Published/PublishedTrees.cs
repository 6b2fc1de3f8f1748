using Equipoise.Data.Tests.Preparation;
using Equipoise.Formats;

namespace Equipoise.Data.Tests.Published;

/// <summary>Small trees of real media in the layouts of the published data sets.</summary>
internal static class PublishedTrees
{
    internal static string Make(string name, string root)
    {
        Directory.CreateDirectory(root);
        switch (name)
        {
            case "crema-d": CremaD(root); break;
            case "vggsound": VggSound(root); break;
            case "kinetics-sounds": Kinetics(root); break;
            case "ave": Ave(root); break;
            case "ucf101": Ucf(root); break;
            case "food-101": Food(root); break;
            case "mvsa": Mvsa(root); break;
            case "iemocap": Iemocap(root); break;
            case "cg-mnist": Mnist(root); break;
            case "av-mnist": Digits(root); break;
            case "modelnet40": Views(root); break;
            case "webdataset": Shards(root); break;
            default: Sentiment(root); break;
        }
        return root;
    }

    private static void CremaD(string root)
    {
        List<string> train = [], test = [], mine = [];
        foreach (int actor in Enumerable.Range(1001, 6))
            foreach (string code in (string[])["ANG", "HAP"])
            {
                string clip = $"{actor}_DFA_{code}_XX";
                RawMedia.Wav(In(root, $"AudioWAV/{clip}.wav"), samples: 12000);
                Flv(In(root, $"VideoFlash/{clip}.flv"));
                (code == "HAP" && actor < 1003 ? test : train).Add($"{clip},{code}");
                mine.Add($"{clip}.flv {(code == "ANG" ? "Anger" : "Happy")}");
            }
        Lines(root, "train.csv", train, "\r\n");
        Lines(root, "test.csv", test, "\r\n");
        Lines(root, "my_train_cre.txt", mine[..8]);
        Lines(root, "my_test_cre.txt", mine[8..]);
        Lines(root, "my_train.csv", train[..^2]);
        Lines(root, "val.csv", train[^2..]);
    }

    private static void VggSound(string root)
    {
        List<string> rows = [];
        for (int i = 0; i < 12; i++)
        {
            RawMedia.Video(In(root, $"video/-vid{i:d7}_{i * 10:d6}.mp4"));
            rows.Add($"-vid{i:d7},{i * 10},{(i % 2 == 0 ? "zebra braying" : "\"cat purring, softly\"")},{(i < 8 ? "train" : "test")}");
        }
        Lines(root, "vggsound.csv", rows);
    }

    private static void Kinetics(string root)
    {
        List<string> train = [], test = [];
        for (int i = 0; i < 12; i++)
        {
            RawMedia.Video(In(root, $"{(i < 8 ? "train" : "val")}/{(i % 2 == 0 ? "bowling" : "playing piano")}/abcdefghi{i:d2}_{i:d6}_{i + 10:d6}.mp4"));
            RawMedia.Video(In(root, $"video/abcdefghi{i:d2}_{i}.mp4"));
            (i < 8 ? train : test).Add($"abcdefghi{i:d2}_{i},10,{(i % 2 == 0 ? 2 : 16)}");
        }
        Lines(root, "my_train.txt", train);
        Lines(root, "my_test.txt", test);
    }

    private static void Ave(string root)
    {
        string Line(int i, string label) => $"{label}&vid{i}&good&0&10";
        for (int i = 0; i < 8; i++) RawMedia.Video(In(root, $"AVE/vid{i}.mp4"));
        Lines(root, "trainSet.txt", [Line(0, "Church bell"), Line(1, "Bark"), Line(2, "Church bell"), Line(0, "Bark")]);
        Lines(root, "valSet.txt", [Line(4, "Church bell"), Line(5, "Bark")]);
        Lines(root, "testSet.txt", [Line(6, "Church bell"), Line(7, "Bark")]);
    }

    private static void Ucf(string root)
    {
        List<string> train = [], test = [];
        foreach (var (label, number) in new[] { ("ApplyEyeMakeup", 1), ("Archery", 2) })
            for (int scene = 1; scene <= 6; scene++)
            {
                string clip = $"v_{label}_g{scene:d2}_c01";
                RawMedia.Video(In(root, $"UCF-101/{label}/{clip}.avi"));
                foreach (string part in (string[])["u", "v"])
                    for (int frame = 1; frame <= 3; frame++) Picture(In(root, $"{part}/{clip}/frame{frame:d6}.jpg"), part == "u" ? "gray" : "white");
                (scene < 5 ? train : test).Add(scene < 5 ? $"{label}/{clip}.avi {number}" : $"{label}/{clip}.avi");
            }
        Lines(root, "ucfTrainTestlist/classInd.txt", ["1 ApplyEyeMakeup", "2 Archery"]);
        Lines(root, "ucfTrainTestlist/trainlist01.txt", train);
        Lines(root, "ucfTrainTestlist/testlist01.txt", test);
    }

    private static void Food(string root)
    {
        foreach (string split in (string[])["train", "test"])
        {
            List<string> rows = [], json = [];
            for (int i = 0; i < 12; i++)
            {
                string label = i % 2 == 0 ? "apple_pie" : "waffles", picture = $"{label}_{split}_{i}.jpg";
                Picture(In(root, $"images/{split}/{label}/{picture}"), i % 2 == 0 ? "red" : "blue");
                rows.Add($"{picture},\"A recipe, number {i}\",{label}");
                json.Add($$"""{"id": "{{split}}{{i}}", "img": "images/{{split}}/{{label}}/{{picture}}", "text": "Recipe {{i}}", "label": "{{label}}"}""");
            }
            Lines(root, $"texts/{split}_titles.csv", rows);
            Lines(root, $"{split}.jsonl", json);
        }
    }

    private static void Mvsa(string root)
    {
        string[] pairs = ["positive,positive", "neutral,positive", "negative,neutral", "positive,negative", "neutral,neutral", "negative,negative"];
        List<string> rows = ["ID\ttext,image"];
        for (int i = 1; i <= 36; i++)
        {
            rows.Add($"{i}\t{pairs[i % pairs.Length]}");
            Picture(In(root, $"data/{i}.jpg"), "green");
            File.WriteAllBytes(In(root, $"data/{i}.txt"), i % 2 == 0 ? [0x63, 0x61, 0x66, 0xE9] : "caf\u00e9 #now"u8.ToArray());
        }
        Lines(root, "labelResultAll.txt", rows, "\r\n");
    }

    private static void Iemocap(string root)
    {
        string[] codes = ["ang", "exc", "hap", "neu", "sad", "fru", "xxx"];
        for (int session = 1; session <= 5; session++)
        {
            string dialog = $"Ses0{session}F_impro01";
            List<string> turns = ["% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]", ""], said = [];
            for (int i = 0; i < codes.Length; i++)
            {
                string id = $"{dialog}_{(i % 2 == 0 ? "F" : "M")}{i:d3}";
                RawMedia.Wav(In(root, $"Session{session}/sentences/wav/{dialog}/{id}.wav"));
                Picture(In(root, $"faces/{id}/00001.bmp"), "pink");
                turns.Add($"[{i}.2901 - {i + 1}.2357]\t{id}\t{codes[i]}\t[2.5000, 2.5000, 2.5000]");
                turns.Add("C-E2:\tNeutral;\t()");
                said.Add($"{id} [00{i}.2901-00{i + 1}.2357]: Excuse me, number {i}.");
            }
            Lines(root, $"Session{session}/dialog/EmoEvaluation/{dialog}.txt", turns);
            Lines(root, $"Session{session}/dialog/transcriptions/{dialog}.txt", said);
        }
    }

    private static void Digits(string root)
    {
        Mnist(Path.Combine(root, "mnist"));
        for (int digit = 0; digit < 2; digit++)
            foreach (string speaker in (string[])["george", "jackson", "lucas", "nicolas", "theo", "yweweler"])
                foreach (int take in (int[])[0, 5, 6]) RawMedia.Wav(In(root, $"fsdd/recordings/{digit}_{speaker}_{take}.wav"), samples: 8000);
    }

    private static void Mnist(string root)
    {
        foreach (var (name, count) in new[] { ("train", 400), ("t10k", 200) })
        {
            SeededRandom random = new((ulong)count);
            byte[] pixels = [.. Enumerable.Range(0, count * 784).Select(_ => (byte)(200 + random.Next(56)))];
            File.WriteAllBytes(In(root, $"{name}-images-idx3-ubyte"), [0, 0, 8, 3, .. BigEndian(count), .. BigEndian(28), .. BigEndian(28), .. pixels]);
            File.WriteAllBytes(In(root, $"{name}-labels-idx1-ubyte"), [0, 0, 8, 1, .. BigEndian(count), .. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
        }
    }

    private static void Views(string root)
    {
        foreach (string label in (string[])["airplane", "bathtub"])
            for (int i = 1; i <= 6; i++)
                for (int view = 1; view <= 12; view++)
                    Picture(In(root, $"{label}/{(i < 5 ? "train" : "test")}/{label}_{i:d4}.obj.shaded_v{view:d3}.png"), view == 7 ? "white" : "black");
    }

    private static void Sentiment(string root)
    {
        foreach (string split in (string[])["train", "valid", "test"])
            Npz.Write(In(root, $"{split}.npz"), new Dictionary<string, NdArray>
            {
                ["text"] = NdArray.From<float>(new float[6 * 5 * 4], 6, 5, 4),
                ["audio"] = NdArray.From<float>([.. Enumerable.Range(0, 6 * 5 * 3).Select(i => i == 7 ? float.NegativeInfinity : i)], 6, 5, 3),
                ["vision"] = NdArray.From<float>(new float[6 * 5 * 2], 6, 5, 2),
                ["labels"] = NdArray.From<float>([-3, -1.4f, -0.2f, 0, 1.5f, 3], 6, 1, 1),
            });
    }

    private static void Shards(string root)
    {
        byte[] sound = File.ReadAllBytes(RawMedia.Wav(In(root, "sound.wav"), rate: 16000, samples: 8000));
        IEnumerable<Tar.Entry> Of(int i) => [new($"k{i}.wav", sound), new($"k{i}.txt", "some words"u8.ToArray()), new($"k{i}.cls", [(byte)('0' + i % 2)])];
        Tar.Write(In(root, "train.tar"), Enumerable.Range(0, 8).SelectMany(Of));
        Tar.Write(In(root, "test.tar"), Enumerable.Range(8, 4).SelectMany(Of));
    }

    /// <summary>Makes a file a bad one; of a shard the sound of the third sample.</summary>
    internal static void Damage(string path, string how)
    {
        byte[] whole = File.ReadAllBytes(path);
        TarMember? member = path.EndsWith("train.tar", StringComparison.Ordinal) ? TarFile.Members(path).Single(found => found.Name == "k2.wav") : null;
        if (member is not null) Array.Fill(whole, (byte)'x', (int)member.Offset, (int)member.Length);
        byte[] digits = [.. whole];
        if (how == "shorter") digits[7]--; // The number of an idx file's items, and one item less.
        File.WriteAllBytes(path, how switch
        {
            _ when member is not null => whole,
            "cut" => whole[..(whole.Length * 3 / 5)],
            "empty" => [],
            "shorter" => digits[..^1],
            _ => "this is a text, whatever its name says"u8.ToArray(),
        });
    }

    internal static string In(string root, string path)
    {
        string full = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }

    private static void Lines(string root, string path, IEnumerable<string> lines, string end = "\n") => File.WriteAllText(In(root, path), string.Join(end, lines) + end);

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> Made = new();

    private static void Picture(string path, string colour) => File.WriteAllBytes(path, Made.GetOrAdd(Path.GetExtension(path) + colour, _ =>
    {
        RawMedia.Picture(path, colour);
        return File.ReadAllBytes(path);
    }));

    private static void Flv(string path) => File.WriteAllBytes(path, Made.GetOrAdd(".flv", _ =>
    {
        RawMedia.Ffmpeg("-f", "lavfi", "-i", "testsrc=s=48x36:r=5:d=2", "-c:v", "flv1", path);
        return File.ReadAllBytes(path);
    }));
}
