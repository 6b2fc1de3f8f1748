using System.Security.Cryptography;
using Equipoise.Data.Preparation;

namespace Equipoise.Data.Tests.Preparation;

/// <summary>A preparation goes on where it stopped, leaves alone what has not changed, and takes only what it is told to.</summary>
public sealed class ResumeTests
{
    private const int Clips = 90;

    [Fact]
    public void InterruptedItGoesOnAndGivesTheSameBytes()
    {
        using TempFolder folder = new();
        string dataset = Dataset(folder);
        Preparer.Prepare(dataset, folder["whole"], cancellation: RawMedia.Stop);
        using CancellationTokenSource stop = new();
        PreparationOptions options = new() { Progress = new Told(done => { if (done > 0) stop.Cancel(); }) };
        Assert.ThrowsAny<OperationCanceledException>(() => Preparer.Prepare(dataset, folder["pack"], options, stop.Token));
        Assert.False(Directory.Exists(folder["pack"]));
        Assert.NotEmpty(Directory.GetFiles(folder["pack.rows"]));
        PreparationResult result = Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop);
        Assert.InRange(result.Taken, 1, Clips);
        Assert.Contains(result.Notes, note => note.Contains("before an interruption", StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder["pack.rows"]));
        Assert.Equal(Hashes(folder["whole"]), Hashes(folder["pack"]));
    }

    [Fact]
    public void AKeptFileThatIsDamagedIsNotUsed()
    {
        using TempFolder folder = new();
        string dataset = Dataset(folder, clips: 12);
        Directory.CreateDirectory(folder["pack.rows"]);
        File.WriteAllText(folder["pack.rows/000001-abcdefgh.rows"], "no rows");
        Assert.Equal(0, Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop).Taken);
    }

    [Fact]
    public void WhatHasNotChangedIsTakenOver()
    {
        using TempFolder folder = new();
        string dataset = Dataset(folder, clips: 12);
        Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop);
        DateTime written = File.GetLastWriteTimeUtc(folder["pack/pack.json"]);
        Assert.Contains("nothing has changed", Assert.Single(Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop).Notes), StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["pack/pack.json"]));
        RawMedia.Wav(folder["clip3.wav"], seed: 999);
        Assert.Contains("--update", Assert.Throws<ProblemException>(() => Preparer.Prepare(dataset, folder["pack"], cancellation: RawMedia.Stop)).Message, StringComparison.Ordinal);
        PreparationResult updated = Preparer.Prepare(dataset, folder["pack"], new PreparationOptions { Update = true }, RawMedia.Stop);
        Assert.Equal(11, updated.Taken);
        Preparer.Prepare(dataset, folder["fresh"], cancellation: RawMedia.Stop);
        Assert.Equal(Hashes(folder["fresh"]), Hashes(folder["pack"]));
        Assert.DoesNotContain(Directory.GetDirectories(folder["."]), path => Path.GetFileName(path).StartsWith("pack.", StringComparison.Ordinal));
        File.WriteAllText(dataset, File.ReadAllText(dataset).Replace("hop: 64", "hop: 32", StringComparison.Ordinal));
        Assert.Equal(0, Preparer.Prepare(dataset, folder["pack"], new PreparationOptions { Update = true }, RawMedia.Stop).Taken);
    }

    [Fact]
    public void TheEstimateCountsAndLeavesNothing()
    {
        using TempFolder folder = new();
        string dataset = Dataset(folder, clips: 30);
        File.WriteAllText(folder["clip0.wav"], "no sound");
        PreparationEstimate estimate = Preparer.Estimate(dataset, TimeProvider.System, cancellation: RawMedia.Stop);
        Assert.Equal((30, 30, 30L * 65 * 63 * 4), (estimate.Samples.Values.Sum(), estimate.Files, estimate.PackBytes));
        Assert.Equal(30, estimate.Samples["train"] + estimate.Samples["val"] + estimate.Samples["test"]);
        Assert.True(estimate.Duration > TimeSpan.Zero);
        Assert.Contains("clip0.wav", Assert.Single(estimate.Broken), StringComparison.Ordinal);
        Assert.Equal(32, Directory.GetFileSystemEntries(folder["."]).Length);
    }

    [Theory]
    [InlineData("speaker!=s1", 20)]
    [InlineData("speaker=s1", 10)]
    [InlineData("take>=20", 10)]
    [InlineData("take<5", 5)]
    [InlineData("speaker=s9", 0)]
    [InlineData("speeker=s1", -1)]
    [InlineData("speaker", -1)]
    public void ConditionsChooseRows(string where, int expected)
    {
        using TempFolder folder = new();
        PreparationOptions options = new() { Where = [where] };
        string dataset = Dataset(folder, clips: 30);
        if (expected > 0) Assert.Equal(expected, Preparer.Estimate(dataset, TimeProvider.System, options, RawMedia.Stop).Samples.Values.Sum());
        else
        {
            string message = Assert.Throws<ProblemException>(() => Preparer.Estimate(dataset, TimeProvider.System, options, RawMedia.Stop)).Message;
            Assert.Contains(expected == 0 ? "meets the conditions" : where == "speaker" ? "is no condition" : "did you mean speaker?", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AManifestOfJsonLinesIsReadLikeOneOfCommas()
    {
        using TempFolder folder = new();
        string dataset = Dataset(folder, clips: 12);
        string[][] rows = [.. File.ReadLines(folder["manifest.csv"]).Skip(1).Select(line => line.Split(','))];
        File.WriteAllLines(folder["manifest.jsonl"], rows.Select(row => $$"""{"id": "{{row[0]}}", "label": "{{row[1]}}", "group": null, "speaker": "{{row[2]}}", "take": {{row[3]}}, "audio": "{{row[4]}}"}"""));
        Preparer.Prepare(dataset, folder["a"], cancellation: RawMedia.Stop);
        File.WriteAllText(dataset, File.ReadAllText(dataset).Replace("manifest.csv", "manifest.jsonl", StringComparison.Ordinal));
        Preparer.Prepare(dataset, folder["b"], new PreparationOptions { Where = ["take<100"] }, RawMedia.Stop);
        Assert.Equal(Hashes(folder["a"], "pack.json"), Hashes(folder["b"], "pack.json"));
        File.AppendAllText(folder["manifest.jsonl"], "[1, 2]\n");
        Assert.Contains("no JSON object in line 13", Assert.Throws<Formats.InvalidFileException>(() => Preparer.Prepare(dataset, folder["c"], cancellation: RawMedia.Stop)).Message, StringComparison.Ordinal);
    }

    private static string Dataset(TempFolder folder, int clips = Clips)
    {
        for (int i = 0; i < clips; i++) RawMedia.Wav(folder[$"clip{i}.wav"], seed: (ulong)i);
        File.WriteAllLines(folder["manifest.csv"], ["id,label,speaker,take,audio", .. Enumerable.Range(0, clips).Select(i => $"c{i},{(i % 2 == 0 ? "cat" : "dog")},s{i % 3},{i},clip{i}.wav")]);
        File.WriteAllText(folder["dataset.yaml"], """
            name: small
            classes: [cat, dog]
            manifest: manifest.csv
            modalities:
              audio: {recipe: {type: log-spectrogram, rate: 8000, seconds: 0.5, n_fft: 128, hop: 64}}
            """);
        return folder["dataset.yaml"];
    }

    private static string Hashes(string folder, string except = "") => string.Join('\n', Directory.GetFiles(folder).Where(file => Path.GetFileName(file) != except).Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"));

    private sealed class Told(Action<int> act) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => act(value.Done);
    }
}
