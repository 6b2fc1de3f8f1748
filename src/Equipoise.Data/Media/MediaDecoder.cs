using System.Globalization;
using System.Text.RegularExpressions;

namespace Equipoise.Data.Media;

/// <summary>
/// Decodes files with ffmpeg, many per process: starting one takes longer than a short clip. Where a process complains,
/// its files are halved until the bad ones stand alone; each file is decoded by itself inside the process, so the bytes
/// are those of decoding it singly.
/// </summary>
internal static partial class MediaDecoder
{
    private const int FileSizeSignal = 128 + 25;

    /// <summary>Raw bytes or a reason for every request, in order.</summary>
    internal static Decoded[] Decode(IReadOnlyList<MediaRequest> requests, CancellationToken cancellation)
    {
        Decoded[] results = new Decoded[requests.Count];
        List<int> plausible = [];
        for (int i = 0; i < requests.Count; i++)
        {
            if (FileCheck.Complaint(requests[i].File) is { } complaint) results[i] = new Decoded(null, complaint);
            else plausible.Add(i);
        }
        DirectoryInfo folder = Directory.CreateTempSubdirectory("equipoise-media-");
        try
        {
            if (plausible.Count > 0) DecodeTogether(requests, results, [.. plausible], folder.FullName, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return results;
    }

    private static void DecodeTogether(
        IReadOnlyList<MediaRequest> requests, Decoded[] results, int[] which, string folder, CancellationToken cancellation)
    {
        ProgramResult run = ExternalProgram.Ffmpeg.Run(Arguments(requests, which, folder), cancellation);
        if (IsOutOfSpace(run)) throw new ProblemException($"{folder}: no room to decode; free some space, or name another disk with TMPDIR");
        bool clean = run.ExitCode == 0 && run.Messages.Length == 0;
        if (!clean && which.Length > 1)
        {
            DecodeTogether(requests, results, which[..(which.Length / 2)], folder, cancellation);
            DecodeTogether(requests, results, which[(which.Length / 2)..], folder, cancellation);
            return;
        }
        foreach (int i in which)
        {
            string raw = Raw(folder, i);
            results[i] = !clean ? new Decoded(null, Reason(run.Messages, requests[i]))
                : new FileInfo(raw) is { Exists: true, Length: > 0 } ? new Decoded(File.ReadAllBytes(raw), null)
                : new Decoded(null, requests[i].Nothing);
            File.Delete(raw);
        }
    }

    /// <summary>A full disk is no fault of the files: they must not be skipped for it.</summary>
    private static bool IsOutOfSpace(ProgramResult run) => run.ExitCode == FileSizeSignal
        || run.Messages.Contains("No space left on device", StringComparison.Ordinal)
        || run.Messages.Contains("File too large", StringComparison.Ordinal);

    private static List<string> Arguments(IReadOnlyList<MediaRequest> requests, int[] which, string folder)
    {
        List<string> arguments = ["-nostdin", "-hide_banner", "-v", "error", "-y", "-filter_threads", "1"];
        foreach (int i in which)
            arguments.AddRange(["-threads", "1", "-protocol_whitelist", "file,data", "-i", "file:" + requests[i].File]);
        for (int k = 0; k < which.Length; k++)
        {
            MediaRequest request = requests[which[k]];
            arguments.AddRange(["-map", string.Create(CultureInfo.InvariantCulture, $"{k}:{request.Stream}")]);
            arguments.AddRange(request.Output);
            arguments.Add(Raw(folder, which[k]));
        }
        return arguments;
    }

    /// <summary>ffmpeg's complaint on one line, without addresses and without the path, which the caller names.</summary>
    internal static string Reason(string messages, MediaRequest request)
    {
        if (messages.Contains("matches no streams", StringComparison.Ordinal)) return request.Nothing;
        IEnumerable<string> lines = messages.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Origin().Replace(line, "").Replace($"file:{request.File}: ", "", StringComparison.Ordinal).Trim())
            .Where(line => line.Length > 0).Distinct().Take(2);
        string reason = string.Join(", ", lines);
        return reason.Length == 0 ? "cannot be decoded" : $"cannot be decoded ({reason})";
    }

    private static string Raw(string folder, int index) => Path.Combine(folder, $"{index}.raw");

    [GeneratedRegex(@"^(\[[^\]]* @ 0x[0-9a-f]+\] *)+")]
    private static partial Regex Origin();
}
