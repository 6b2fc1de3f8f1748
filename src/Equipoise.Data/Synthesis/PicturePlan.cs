using System.Globalization;
using System.Text;

namespace Equipoise.Data.Synthesis;

/// <summary>How one clip looks: 64×64 pixels, grey, five frames in one second.</summary>
/// <param name="Font">The face, a file of DejaVu without its ending.</param>
/// <param name="Size">Height of the letters, pixels.</param>
/// <param name="Right">Offset to the right of the middle, pixels.</param>
/// <param name="Down">Offset below the middle, pixels.</param>
/// <param name="Drift">Movement to the right, pixels per second.</param>
/// <param name="Angle">Rotation, degrees.</param>
/// <param name="Background">Grey value behind the digit.</param>
/// <param name="Contrast">How much brighter the digit is.</param>
/// <param name="Bars">Filled bars drawn over the digit.</param>
/// <param name="Noise">Strength of ffmpeg's temporal noise.</param>
/// <param name="NoiseSeed">Its seed.</param>
internal sealed record PicturePlan(
    string Font, int Size, int Right, int Down, double Drift, double Angle, int Background, int Contrast,
    IReadOnlyList<Bar> Bars, int Noise, int NoiseSeed)
{
    internal const int Side = 64;
    internal const int FramesPerSecond = 5;

    internal static PicturePlan Draw(SeededRandom random)
    {
        string font = Fonts.Faces[random.Next(Fonts.Faces.Count)];
        int size = 46 + random.Next(15), right = random.Next(13) - 6, down = random.Next(13) - 6;
        double drift = Math.Round(4 * random.NextDouble() - 2, 3), angle = Math.Round(24 * random.NextDouble() - 12, 3);
        int background = 70 + random.Next(61), contrast = 30 + random.Next(31);
        Bar[] bars = new Bar[random.Next(3)];
        for (int i = 0; i < bars.Length; i++) bars[i] = Bar.Draw(random);
        return new PicturePlan(font, size, right, down, drift, angle, background, contrast, bars, TalkingDigits.PictureNoise, random.Next(1 << 30));
    }

    /// <summary>The picture as a filter graph of ffmpeg (an input of format <c>lavfi</c>).</summary>
    internal string ToFilter(int digit)
    {
        string back = Grey(Background), text = Grey(Background + Contrast);
        StringBuilder filter = new();
        filter.Append(CultureInfo.InvariantCulture, $"color=c={back}:s={Side}x{Side}:r={FramesPerSecond}:d=1,format=gray,");
        filter.Append(CultureInfo.InvariantCulture, $"drawtext=fontfile={Fonts.Folder}/{Font}.ttf:text={digit}:fontsize={Size}:fontcolor={text}:");
        filter.Append(CultureInfo.InvariantCulture, $"x=(w-tw)/2+{Right}+{Drift}*t:y=(h-th)/2+{Down},");
        filter.Append(CultureInfo.InvariantCulture, $"rotate={Angle * Math.PI / 180:F6}:c={back}");
        foreach (Bar bar in Bars)
            filter.Append(CultureInfo.InvariantCulture, $",drawbox=x={bar.X}:y={bar.Y}:w={bar.Width}:h={bar.Height}:color={Grey(bar.Shade)}:t=fill");
        filter.Append(CultureInfo.InvariantCulture, $",noise=alls={Noise}:allf=t:all_seed={NoiseSeed}");
        return filter.ToString();
    }

    private static string Grey(int value) => $"0x{value:X2}{value:X2}{value:X2}";
}
