using System.Security.Cryptography;
using Equipoise.Data.Media;
using Equipoise.Data.Synthesis;

namespace Equipoise.Data.Tests.Synthesis;

public sealed class TalkingDigitsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        using TempFolder folder = new();
        TalkingDigits.Make(folder["a"], seed: 3, clips: 20, cancellation: Stop);
        TalkingDigits.Make(folder["b"], seed: 3, clips: 20, cancellation: Stop);
        TalkingDigits.Make(folder["c"], seed: 4, clips: 20, cancellation: Stop);
        Assert.Equal(Hashes(folder["a"]), Hashes(folder["b"]));
        Assert.NotEqual(Hashes(folder["a"]), Hashes(folder["c"]));
        Assert.Equal(22, Hashes(folder["a"]).Count);
        Assert.Equal(3, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void Nobody_speaks_in_two_splits_and_every_speaker_is_known_to_the_synthesiser()
    {
        Voices.Check(CancellationToken.None);
        IEnumerable<string> everybody = Voices.Train.Concat(Voices.Validation).Concat(Voices.Test);
        Assert.Equal(everybody.Count(), everybody.Distinct().Count());
        foreach (ClipPlan plan in ClipPlan.DrawAll(0, 200)) Assert.Contains(plan.Speech.Voice, Voices.Of(plan.Split));
    }

    [Fact]
    public void No_two_speakers_say_a_word_alike()
    {
        using TempFolder folder = new();
        string[] everybody = [.. Voices.Train.Concat(Voices.Validation).Concat(Voices.Test)];
        foreach (string voice in everybody)
            ExternalProgram.Espeak.Run(["-v", $"en-us+{voice}", "-w", folder[voice + ".wav"], "five"], Stop);
        IEnumerable<string> hashes = everybody.Select(voice => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(folder[voice + ".wav"]))));
        Assert.Equal(everybody.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void Labels_are_balanced_in_every_split()
    {
        foreach (IGrouping<string, ClipPlan> split in ClipPlan.DrawAll(1, 1000).GroupBy(plan => plan.Split))
        {
            int[] counts = [.. split.CountBy(plan => plan.Digit).Select(pair => pair.Value)];
            Assert.Equal(10, counts.Length);
            Assert.True(counts.Max() - counts.Min() <= 1);
        }
    }

    [Fact]
    public void Noise_follows_the_planned_ratio()
    {
        SpeechPlan plan = new("en-us", "m1", 150, 50, 1, Drowned: true, Snr: 0);
        short[] mixed = Speech.Mix([.. Enumerable.Repeat(1f, 8000)], plan, new SeededRandom(1));
        double Power(int from) => mixed[from..(from + 8000)].Average(value => (double)value * value);
        Assert.Equal(1, (Power(8000) - Power(0)) / Power(0), 0.1);
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind()
    {
        using TempFolder folder = new();
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => TalkingDigits.Make(folder["x"], 0, 20, null, source.Token));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_in_use_is_refused()
    {
        using TempFolder folder = new();
        File.WriteAllText(folder["mine.txt"], "keep");
        Assert.Contains("exists already", Assert.Throws<ProblemException>(() => TalkingDigits.Make(folder.Path, 0, 20, null, Stop)).Message);
        Assert.True(File.Exists(folder["mine.txt"]));
    }

    private static List<string> Hashes(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(folder, file) + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))];
}
