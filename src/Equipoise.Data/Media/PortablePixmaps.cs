using System.Text;

namespace Equipoise.Data.Media;

/// <summary>Pictures one after the other as ffmpeg writes them: <c>P6</c> (three bytes a pixel) or <c>P5</c> (one), width, height, 255.</summary>
internal static class PortablePixmaps
{
    /// <summary>The pictures of a stream; one that is cut at the end is left out.</summary>
    internal static List<(int Height, int Width, int Channels, ReadOnlyMemory<byte> Pixels)> Read(byte[] stream)
    {
        List<(int, int, int, ReadOnlyMemory<byte>)> pictures = [];
        int at = 0;
        while (at + 2 < stream.Length && stream[at] == 'P')
        {
            int channels = stream[at + 1] == '6' ? 3 : 1;
            at += 2;
            int width = Number(stream, ref at), height = Number(stream, ref at);
            Number(stream, ref at);
            long bytes = (long)width * height * channels;
            if (++at + bytes > stream.Length) break;
            pictures.Add((height, width, channels, stream.AsMemory(at, (int)bytes)));
            at += (int)bytes;
        }
        return pictures;
    }

    private static int Number(byte[] stream, ref int at)
    {
        while (at < stream.Length && stream[at] is (byte)' ' or (byte)'\n' or (byte)'\t') at++;
        int start = at;
        while (at < stream.Length && stream[at] is >= (byte)'0' and <= (byte)'9') at++;
        return int.TryParse(Encoding.ASCII.GetString(stream, start, at - start), out int number) ? number : 0;
    }
}
