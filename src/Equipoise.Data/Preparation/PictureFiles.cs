namespace Equipoise.Data.Preparation;

/// <summary>Tells pictures from videos by their endings.</summary>
internal static class PictureFiles
{
    private static readonly HashSet<string> Endings =
        new([".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"], StringComparer.OrdinalIgnoreCase);

    internal static bool IsPicture(string file) => Endings.Contains(Path.GetExtension(file));

    /// <summary>The pictures of a folder in the order of their names.</summary>
    internal static string[] In(string folder) => [.. Directory.GetFiles(folder).Where(IsPicture).Order(StringComparer.Ordinal)];
}
