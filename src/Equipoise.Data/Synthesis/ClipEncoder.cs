using Equipoise.Data.Media;

namespace Equipoise.Data.Synthesis;

/// <summary>Draws and encodes clips with ffmpeg: many clips per process, for starting it takes longer than a clip.</summary>
internal static class ClipEncoder
{
    /// <summary>Writes the <c>.mp4</c> files of <paramref name="plans"/> into <paramref name="folder"/>.</summary>
    internal static void Encode(IReadOnlyList<ClipPlan> plans, Func<ClipPlan, string> wavOf, string folder, CancellationToken cancellation)
    {
        // One thread per encoder: with another number the same clip has other bytes.
        List<string> arguments = ["-nostdin", "-v", "error", "-y", "-filter_threads", "1"];
        foreach (ClipPlan plan in plans)
            arguments.AddRange(["-f", "lavfi", "-i", plan.Picture.ToFilter(plan.Digit), "-i", wavOf(plan)]);
        for (int i = 0; i < plans.Count; i++)
        {
            arguments.AddRange(["-map", $"{2 * i}:v", "-map", $"{2 * i + 1}:a", "-c:v", "mpeg4", "-q:v", "3", "-pix_fmt", "yuv420p"]);
            arguments.AddRange(["-c:a", "aac", "-b:a", "48k", "-threads", "1", "-map_metadata", "-1"]);
            arguments.AddRange(["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]);
            arguments.Add(Path.Combine(folder, plans[i].File));
        }
        ProgramResult result = ExternalProgram.Ffmpeg.Run(arguments, cancellation);
        if (result.ExitCode != 0)
            throw new ProblemException($"ffmpeg: could not make {plans[0].Id} to {plans[^1].Id} ({LastLine(result.Messages)}); check the disk space and that ffmpeg has drawtext");
    }

    private static string LastLine(string messages) =>
        messages.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("no message");
}
