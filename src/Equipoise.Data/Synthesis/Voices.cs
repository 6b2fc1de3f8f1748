using System.Text.RegularExpressions;
using Equipoise.Data.Media;

namespace Equipoise.Data.Synthesis;

/// <summary>The speakers of each split, variants of espeak-ng: nobody speaks in two splits.</summary>
internal static partial class Voices
{
    internal static IReadOnlyList<string> Train { get; } =
    [
        "m1", "m2", "m3", "m4", "m5", "m7", "f1", "f2", "f4", "klatt", "klatt2", "Andy", "Alex", "Annie", "Denis", "Gene",
        "Lee", "Mario", "Michael",
    ];

    internal static IReadOnlyList<string> Validation { get; } = ["david", "linda", "travis", "max", "aunty", "robert"];

    internal static IReadOnlyList<string> Test { get; } =
        ["m6", "m8", "f3", "f5", "klatt3", "adam", "Alicia", "Gene2", "john", "steph2"];

    internal static IReadOnlyList<string> Of(string split) => split switch { "train" => Train, "val" => Validation, _ => Test };

    /// <summary>
    /// Checks that this espeak-ng knows every speaker. It says a name that it does not know in its base voice, without a
    /// word of warning, and the parts would then share a speaker.
    /// </summary>
    /// <exception cref="ProblemException">A speaker is missing.</exception>
    internal static void Check(CancellationToken cancellation)
    {
        ProgramResult run = ExternalProgram.Espeak.Run(["--voices=variant"], cancellation);
        string listing = run.ExitCode == 0 ? run.Output
            : throw new ProblemException($"espeak-ng: cannot list its voices (exit {run.ExitCode}); see what this says: espeak-ng --voices=variant");
        HashSet<string> known = [.. FileColumn().Matches(listing).Select(match => match.Groups[1].Value)];
        string[] missing = [.. Train.Concat(Validation).Concat(Test).Where(voice => !known.Contains(voice))];
        if (missing.Length > 0)
            throw new ProblemException($"espeak-ng: has no voice {string.Join(", ", missing)}; install espeak-ng-data 1.51 or later");
    }

    [GeneratedRegex(@"!v/(\S+)")]
    private static partial Regex FileColumn();
}
