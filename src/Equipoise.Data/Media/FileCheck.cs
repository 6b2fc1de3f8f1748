using System.Buffers.Binary;

namespace Equipoise.Data.Media;

/// <summary>What can be seen of a file without decoding it. ffmpeg takes a cut <c>.wav</c> for a shorter one: here it is told apart.</summary>
internal static class FileCheck
{
    private const int HeaderBytes = 4096;

    /// <summary>What is wrong with the file; null where nothing is seen.</summary>
    internal static string? Complaint(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists) return "does not exist";
        if (file.Length == 0) return "is empty";
        byte[] head = new byte[HeaderBytes];
        try
        {
            using FileStream stream = file.OpenRead();
            int read = stream.ReadAtLeast(head, HeaderBytes, throwOnEndOfStream: false);
            return IsCutWav(head.AsSpan(0, read), file.Length) ? "is cut: it ends before its data does" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "cannot be read";
        }
    }

    private static bool IsCutWav(ReadOnlySpan<byte> head, long length)
    {
        if (head.Length < 12 || !head[..4].SequenceEqual("RIFF"u8) || !head[8..12].SequenceEqual("WAVE"u8)) return false;
        for (long at = 12; at + 8 <= head.Length;)
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[((int)at + 4)..]);
            bool data = head.Slice((int)at, 4).SequenceEqual("data"u8);
            at += 8;
            // A program that writes into a pipe cannot know the length and leaves zero or all ones (espeak-ng: 0x7ffff000).
            if (data) return size is not 0 and < 0x7FFFF000 && at + size > length;
            at += size + size % 2;
        }
        return false;
    }
}
