namespace Equipoise.Data.Media;

/// <summary>One file to decode.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Stream">The stream wanted: <c>a:0</c> for sound, <c>v:0</c> for pictures.</param>
/// <param name="Output">ffmpeg's options for the raw output.</param>
internal sealed record MediaRequest(string File, string Stream, IReadOnlyList<string> Output)
{
    internal string Nothing => Stream.StartsWith('a') ? "holds no sound" : "holds no picture";
}
