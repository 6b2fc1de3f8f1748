using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>
/// Frames of a video, a picture, or a folder of pictures in the order of their names, resized (bilinear, the aspect is not
/// kept) to bytes: <c>(T, H, W, C)</c>; one frame, or frames stacked as channels, <c>(H, W, C)</c>.
/// </summary>
/// <param name="Frames">Which frames.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Colour"><c>rgb</c> or <c>grey</c>.</param>
/// <param name="Stack"><c>time</c> keeps a clip; <c>channels</c> makes one picture whose channels are the frames.</param>
internal sealed record FramesRecipe(FrameChoice Frames, int Height, int Width, string Colour, string Stack) : Recipe
{
    private int ColourChannels => Colour == "grey" ? 1 : 3;

    private int FrameBytes => Height * Width * ColourChannels;

    internal override ModalityKind Kind => Stack == "time" && Frames.Count > 1 ? ModalityKind.Video : ModalityKind.Image;

    internal override long[] Shape => Kind == ModalityKind.Video
        ? [Frames.Count, Height, Width, ColourChannels]
        : [Height, Width, ColourChannels * Frames.Count];

    internal override ElementType Type => ElementType.UInt8;

    internal static FramesRecipe Read(YamlMap map)
    {
        IReadOnlyList<int> size = map.Integers("size") ?? [224, 224];
        if (size.Count != 2 || size.Any(side => side is < 1 or > 4096))
        {
            map.Problem("size", "is no size", "write [height, width] in pixels, such as [224, 224]");
            size = [224, 224];
        }
        return new FramesRecipe(
            FrameChoice.Read(map), size[0], size[1], map.Choice("colour", "rgb", ["rgb", "grey"]), map.Choice("stack", "time", ["time", "channels"]));
    }

    internal override JsonObject ToJson()
    {
        JsonObject json = new() { ["type"] = "frames" };
        Frames.Write(json);
        json["size"] = new JsonArray(Height, Width);
        json["colour"] = Colour;
        json["stack"] = Stack;
        return json;
    }

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        List<MediaRequest> requests = [];
        int[] starts = new int[files.Count + 1];
        for (int i = 0; i < files.Count; i++)
        {
            requests.AddRange(Requests(files[i]));
            starts[i + 1] = requests.Count;
        }
        Decoded[] parts = MediaDecoder.Decode(requests, cancellation);
        return [.. files.Select((file, i) => Assemble(parts[starts[i]..starts[i + 1]]))];
    }

    private IEnumerable<MediaRequest> Requests(string file)
    {
        if (!Directory.Exists(file)) return [Request(file, PictureFiles.IsPicture(file) ? 1 : Frames.Needed(FrameBytes))];
        string[] pictures = PictureFiles.In(file);
        return pictures.Length == 0 ? [] : Frames.Pick(pictures.Length).Select(frame => Request(pictures[frame], 1));
    }

    private MediaRequest Request(string file, long frames)
    {
        string grid = PictureFiles.IsPicture(file) ? "" : string.Create(CultureInfo.InvariantCulture, $"fps=fps={Frames.Rate}:start_time=0,");
        string scale = string.Create(CultureInfo.InvariantCulture, $"scale={Width}:{Height}:flags=bilinear+accurate_rnd+full_chroma_int+bitexact");
        return new MediaRequest(file, "v:0",
        [
            "-an", "-vf", grid + scale, "-frames:v", frames.ToString(CultureInfo.InvariantCulture), "-fps_mode", "passthrough",
            "-pix_fmt", Colour == "grey" ? "gray" : "rgb24", "-f", "rawvideo",
        ]);
    }

    private Decoded Assemble(Decoded[] parts)
    {
        if (parts.Length == 0) return new Decoded(null, "is a folder without pictures");
        if (parts.FirstOrDefault(part => part.Failure is not null) is { Failure: { } failure }) return new Decoded(null, failure);
        byte[] all = parts.Length == 1 ? parts[0].Data! : [.. parts.SelectMany(part => part.Data!)];
        int available = all.Length / FrameBytes;
        if (available == 0) return new Decoded(null, "holds no whole picture");
        int[] picked = parts.Length > 1 ? [.. Enumerable.Range(0, available)] : Frames.Pick(available);
        byte[] kept = new byte[Frames.Count * FrameBytes];
        for (int i = 0; i < picked.Length; i++) all.AsSpan(picked[i] * FrameBytes, FrameBytes).CopyTo(kept.AsSpan(i * FrameBytes));
        return new Decoded(Stack == "time" ? kept : StackChannels(kept), null);
    }

    /// <summary>From (T, H·W, C) to (H·W, T·C).</summary>
    private byte[] StackChannels(byte[] frames)
    {
        int pixels = Height * Width, channels = ColourChannels;
        byte[] stacked = new byte[frames.Length];
        for (int frame = 0; frame < Frames.Count; frame++)
            for (int pixel = 0; pixel < pixels; pixel++)
                frames.AsSpan((frame * pixels + pixel) * channels, channels).CopyTo(stacked.AsSpan((pixel * Frames.Count + frame) * channels));
        return stacked;
    }
}
