namespace Equipoise.Testing;

/// <summary>Finds what lies beside the tests: the checkout, the recorded traces, the shared real data.</summary>
public static class Repository
{
    /// <summary>The root of the checkout: the nearest folder above the test program that holds the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of something in the checkout.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    /// <summary>
    /// The full path of something in the folder <c>shared</c> beside the checkout. Where it is absent the test is skipped
    /// and says so; in CI (environment variable <c>CI</c>) it fails instead.
    /// </summary>
    public static string Shared(string relative)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Root, "..", "shared", relative));
        bool there = File.Exists(path) || Directory.Exists(path);
        Requirement.Need(there, $"needs ../shared/{relative}, which is not beside this checkout");
        return path;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Equipoise.slnx"))) return folder.FullName;
        throw new InvalidOperationException("the tests run outside a checkout of Equipoise: no Equipoise.slnx above them");
    }
}
