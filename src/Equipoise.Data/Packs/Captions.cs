using System.Globalization;
using Equipoise.Data.Media;
using Equipoise.Data.Synthesis;
using Equipoise.Formats;

namespace Equipoise.Data;

/// <summary>A line of text in a picture.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Left">Where it begins, pixels.</param>
/// <param name="Baseline">Where its letters stand, pixels from the top.</param>
internal sealed record Caption(string Text, int Left, int Baseline);

/// <summary>Draws lines of text in black on white, with ffmpeg as the talking digits are.</summary>
internal static class Captions
{
    internal const int Size = 12;

    /// <summary>The text as far as it fits so many pixels, by the usual width of a letter.</summary>
    internal static string Fit(string text, int width) => text.Length * Size * 6 / 10 <= width ? text : text[..Math.Max(0, width * 10 / (Size * 6) - 1)] + "…";

    /// <summary>A white picture with captions, three bytes a pixel.</summary>
    /// <exception cref="ProblemException">ffmpeg or the font is missing, or it cannot draw.</exception>
    internal static byte[] Draw(int width, int height, IEnumerable<Caption> captions)
    {
        Fonts.Check();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("equipoise-captions-");
        try
        {
            string raw = Path.Combine(folder.FullName, "captions.raw"), size = string.Create(CultureInfo.InvariantCulture, $"{width}x{height}");
            string filter = string.Join(',', [$"color=c=white:s={size}:r=1:d=1", "format=rgb24", .. captions.Where(caption => caption.Text.Length > 0).Select(Filter)]);
            ProgramResult result = ExternalProgram.Ffmpeg.Run(
                ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", filter, "-frames:v", "1", "-pix_fmt", "rgb24", "-f", "rawvideo", raw], CancellationToken.None);
            byte[] picture = result.ExitCode == 0 ? File.ReadAllBytes(raw) : [];
            return picture.Length == width * height * 3 ? picture : throw new ProblemException($"ffmpeg: could not draw the captions ({result.Messages}); check that it has drawtext");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Filter(Caption caption) => string.Create(CultureInfo.InvariantCulture,
        $"drawtext=fontfile={Fonts.Folder}/{Fonts.Faces[0]}.ttf:expansion=none:fontsize={Size}:fontcolor=black:x={caption.Left}:y={caption.Baseline}-ascent:text={Escaped(caption.Text)}");

    /// <summary>Text for ffmpeg's filters, which take off two layers: that of an option's value, then that of the whole description.</summary>
    private static string Escaped(string text) => WithBackslashes(WithBackslashes(OneLine.Of(text), "\\':"), "\\'[],;");

    private static string WithBackslashes(string text, string special) => string.Concat(text.Select(letter => special.Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : $"{letter}"));
}
