using Equipoise.Data.Media;

namespace Equipoise.Data.Synthesis;

/// <summary>
/// The embedded data set: short videos in which a digit is shown and said, ten classes. Sound is learnt fast, but in
/// part of the clips it is drowned in noise; the picture is learnt slowly and is always there. See
/// <c>docs/talking-digits.md</c>.
/// </summary>
public static class TalkingDigits
{
    /// <summary>The share of clips whose word is drowned in noise.</summary>
    public const double DrownedShare = 0.3;

    internal const int PictureNoise = 30;
    private const int ClipsPerProcess = 50;

    /// <summary>The classes, in order: the words that are said.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    /// <summary>
    /// Makes the data set: <c>clips/*.mp4</c>, <c>manifest.csv</c> and <c>dataset.yaml</c>. The same seed gives the same
    /// bytes (on one build of ffmpeg). Everything is made beside the target and renamed when whole.
    /// </summary>
    /// <param name="outFolder">The folder to make; it must not exist yet, or be empty.</param>
    /// <param name="seed">Everything that is left to chance follows from it.</param>
    /// <param name="clips">How many clips, from 20 to 9,999; default 1,000 (650 train, 100 val, 250 test).</param>
    /// <param name="progress">Told how many clips of how many are done.</param>
    /// <param name="cancellation">Stops the work; nothing is left behind.</param>
    /// <exception cref="ProblemException">A program, a voice or a font is missing, or the folder is in use.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Make(
        string outFolder, ulong seed, int clips = 1000, IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clips, 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clips, 9_999);
        ExternalProgram.Ffmpeg.Locate();
        Voices.Check(cancellation);
        Fonts.Check();
        using NewFolder folder = new(outFolder);
        ClipPlan[] plans = ClipPlan.DrawAll(seed, clips);
        Directory.CreateDirectory(Path.Combine(folder.Path, "clips"));
        int done = 0;
        Workers.Run([.. plans.Chunk(ClipsPerProcess)], chunk =>
        {
            MakeChunk(chunk, seed, folder.Path, cancellation);
            progress?.Report((Interlocked.Add(ref done, chunk.Length), clips));
        }, cancellation);
        ClipManifest.Write(plans, folder.Path);
        folder.Complete();
    }

    private static void MakeChunk(ClipPlan[] plans, ulong seed, string folder, CancellationToken cancellation)
    {
        string Wav(ClipPlan plan) => Path.Combine(folder, "clips", plan.Id + ".wav");
        foreach (ClipPlan plan in plans) Speech.Make(plan, seed, Wav(plan), cancellation);
        ClipEncoder.Encode(plans, Wav, folder, cancellation);
        foreach (ClipPlan plan in plans) File.Delete(Wav(plan));
    }
}
