using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Equipoise.Architecture.Tests;

/// <summary>What the repository carries: small files that know nothing of the machine they were written on.</summary>
public sealed partial class TrackedFileTests
{
    private const long MaxBytes = 1 << 20;

    private static readonly string[] TextKinds =
        [".cs", ".csproj", ".props", ".targets", ".md", ".json", ".yaml", ".yml", ".sh", ".cpp", ".h", ".txt", ".html", ".js", ".css", ".slnx", ""];

    [Fact]
    public void NothingButGoldenCasesIsLarge() =>
        Assert.DoesNotContain(Tracked(), path => !path.StartsWith("tests/golden/", StringComparison.Ordinal)
            && new FileInfo(Repository.Path(path)).Length > MaxBytes);

    [Fact]
    public void NoFileNamesAMachinesFolders() =>
        Assert.DoesNotContain(Tracked(), path => TextKinds.Contains(Path.GetExtension(path))
            && MachinePath().IsMatch(File.ReadAllText(Repository.Path(path))));

    // A copy of the sources without its history (an archive) is checked no further: it has no list of what is tracked.
    private static string[] Tracked()
    {
        ProcessStartInfo start = new("git", ["-C", Repository.Root, "ls-files", "-z"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Requirement.Need(git.ExitCode == 0, "needs a git checkout");
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Repository.Path(path)))];
    }

    [GeneratedRegex(@"(?<![\w.])/(home|Users)/\w+/|(?<![\w./~])/(root|work)/[\w.]")]
    private static partial Regex MachinePath();
}
