using System.Globalization;
using System.Text.Json.Nodes;
using Equipoise.Data.Media;
using Equipoise.Formats;

namespace Equipoise.Data.Preparation;

/// <summary>
/// Frames of a video, a picture, or a folder of pictures in the order of their names, resized to bytes: <c>(T, H, W, C)</c>; one frame, or
/// frames stacked as channels, <c>(H, W, C)</c>.
/// </summary>
/// <param name="Frames">Which frames.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Colour"><c>rgb</c> or <c>grey</c>.</param>
/// <param name="Stack"><c>time</c> keeps a clip; <c>channels</c> makes one picture whose channels are the frames.</param>
/// <param name="Resize">The filter: <c>bilinear</c> or <c>bicubic</c> with antialiasing as in torchvision, or <c>fast</c>, ffmpeg's own bilinear one.</param>
/// <param name="Crop">Whether the aspect is kept and the middle taken (<c>fit: crop</c>), or the whole picture stretched.</param>
internal sealed record FramesRecipe(FrameChoice Frames, int Height, int Width, string Colour, string Stack, string Resize, bool Crop) : Recipe
{
    private const int FilesAtOnce = 8;

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
            FrameChoice.Read(map), size[0], size[1], map.Choice("colour", "rgb", ["rgb", "grey"]), map.Choice("stack", "time", ["time", "channels"]),
            map.Choice("resize", "bilinear", ["bilinear", "bicubic", "fast"]), map.Choice("fit", "stretch", ["stretch", "crop"]) == "crop");
    }

    internal override JsonObject ToJson()
    {
        JsonObject json = new() { ["type"] = "frames" };
        Frames.Write(json);
        json["size"] = new JsonArray(Height, Width);
        json["colour"] = Colour;
        json["stack"] = Stack;
        json["resize"] = Resize;
        json["fit"] = Crop ? "crop" : "stretch";
        return json;
    }

    internal override Decoded[] Prepare(IReadOnlyList<string> files, CancellationToken cancellation) =>
        [.. files.Chunk(Resize == "fast" ? files.Count + 1 : FilesAtOnce).SelectMany(some => PrepareTogether(some, cancellation))];

    private Decoded[] PrepareTogether(string[] files, CancellationToken cancellation)
    {
        int[]?[] picks = Resize == "fast" || Frames.IsFromTheStart ? new int[files.Length][] : Picks(files, cancellation);
        List<MediaRequest> requests = [];
        int[] starts = new int[files.Length + 1];
        for (int i = 0; i < files.Length; i++)
        {
            requests.AddRange(Requests(files[i], picks[i]));
            starts[i + 1] = requests.Count;
        }
        Decoded[] parts = MediaDecoder.Decode(requests, cancellation);
        return [.. files.Select((file, i) => Assemble(parts[starts[i]..starts[i + 1]], picks[i]))];
    }

    /// <summary>Which frames of each video are wanted: it is counted first, so that only those have to be kept at their full size. Null for pictures and folders.</summary>
    private int[]?[] Picks(string[] files, CancellationToken cancellation)
    {
        const int tiny = 4;
        int[] videos = [.. Enumerable.Range(0, files.Length).Where(i => !Directory.Exists(files[i]) && !PictureFiles.IsPicture(files[i]))];
        Decoded[] counted = MediaDecoder.Decode([.. videos.Select(i => new MediaRequest(files[i], "v:0", ["-an", "-vf", $"{Grid},scale=2:2", "-fps_mode", "passthrough", "-pix_fmt", "gray", "-f", "rawvideo"]))], cancellation);
        int[]?[] picks = new int[files.Length][];
        for (int k = 0; k < videos.Length; k++)
            if (counted[k].Data is { Length: >= tiny } frames) picks[videos[k]] = Frames.Pick(frames.Length / tiny);
        return picks;
    }

    private string Grid => string.Create(CultureInfo.InvariantCulture, $"fps=fps={Frames.Rate}:start_time=0");

    private IEnumerable<MediaRequest> Requests(string file, int[]? picks)
    {
        if (!Directory.Exists(file)) return [Request(file, picks)];
        string[] pictures = PictureFiles.In(file);
        return pictures.Length == 0 ? [] : Frames.Pick(pictures.Length).Select(frame => Request(pictures[frame], picks: null));
    }

    private MediaRequest Request(string file, int[]? picks)
    {
        bool picture = PictureFiles.IsPicture(file);
        int[] chosen = [.. (picks ?? []).Distinct()];
        string select = chosen.Length > 0 ? $",select='{string.Join('+', chosen.Select(frame => FormattableString.Invariant($"eq(n,{frame})")))}'" : "";
        string scale = Resize != "fast" ? "" : string.Create(CultureInfo.InvariantCulture, $",scale={Width}:{Height}:flags=bilinear+accurate_rnd+full_chroma_int+bitexact");
        long frames = picture ? 1 : chosen.Length > 0 ? chosen.Length : Frames.Needed(FrameBytes);
        string[] form = Resize == "fast" ? ["-f", "rawvideo"] : ["-f", "image2pipe", "-c:v", Colour == "grey" ? "pgm" : "ppm"];
        return new MediaRequest(file, "v:0",
        [
            "-an", "-vf", (picture ? "null" : Grid) + select + scale, "-frames:v", frames.ToString(CultureInfo.InvariantCulture), "-fps_mode", "passthrough",
            "-pix_fmt", Colour == "grey" ? "gray" : "rgb24", .. form,
        ]);
    }

    private Decoded Assemble(Decoded[] parts, int[]? picks)
    {
        if (parts.Length == 0) return new Decoded(null, "is a folder without pictures");
        if (parts.FirstOrDefault(part => part.Failure is not null) is { Failure: { } failure }) return new Decoded(null, failure);
        List<Func<byte[]>> frames = [.. parts.SelectMany(part => Resize == "fast" ? Cut(part.Data!) : PortablePixmaps.Read(part.Data!).Select(picture => (Func<byte[]>)(() => Resized(picture))))];
        if (frames.Count == 0) return new Decoded(null, "holds no whole picture");
        int[] picked = picks is not null ? Places(picks, frames.Count) : parts.Length > 1 ? [.. Enumerable.Range(0, frames.Count)] : Frames.Pick(frames.Count);
        byte[] kept = new byte[Frames.Count * FrameBytes];
        for (int i = 0; i < picked.Length; i++) frames[picked[i]]().CopyTo(kept.AsSpan(i * FrameBytes));
        return new Decoded(Stack == "time" ? kept : StackChannels(kept), null);
    }

    /// <summary>Where each of the wanted frames is among those that were kept, each once.</summary>
    private static int[] Places(int[] picks, int kept)
    {
        int[] distinct = [.. picks.Distinct()];
        return [.. picks.Select(pick => Math.Min(kept - 1, Array.IndexOf(distinct, pick)))];
    }

    private IEnumerable<Func<byte[]>> Cut(byte[] raw) => Enumerable.Range(0, raw.Length / FrameBytes).Select(i => (Func<byte[]>)(() => raw[(i * FrameBytes)..((i + 1) * FrameBytes)]));

    private byte[] Resized((int Height, int Width, int Channels, ReadOnlyMemory<byte> Pixels) picture)
    {
        var (height, width, channels, pixels) = picture;
        bool cubic = Resize == "bicubic";
        if (!Crop) return Resampler.Resize(pixels.Span, height, width, channels, Height, Width, cubic);
        double scale = Math.Max((double)Height / height, (double)Width / width);
        int scaledHeight = Math.Max(Height, (int)(height * scale)), scaledWidth = Math.Max(Width, (int)(width * scale));
        byte[] scaled = Resampler.Resize(pixels.Span, height, width, channels, scaledHeight, scaledWidth, cubic);
        return Resampler.CropMiddle(scaled, scaledHeight, scaledWidth, channels, Height, Width);
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
