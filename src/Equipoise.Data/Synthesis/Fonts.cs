namespace Equipoise.Data.Synthesis;

/// <summary>The faces in which the digits are drawn: DejaVu, as Debian installs it.</summary>
internal static class Fonts
{
    internal const string Folder = "/usr/share/fonts/truetype/dejavu";

    internal static IReadOnlyList<string> Faces { get; } =
    [
        "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansCondensed", "DejaVuSansMono",
        "DejaVuSansMono-Bold", "DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerifCondensed-Bold",
    ];

    /// <exception cref="ProblemException">A face is not installed.</exception>
    internal static void Check()
    {
        string? missing = Faces.FirstOrDefault(face => !File.Exists($"{Folder}/{face}.ttf"));
        if (missing is not null)
            throw new ProblemException($"{Folder}/{missing}.ttf: is not there (draws the digits); install it with: apt-get install fonts-dejavu");
    }
}
