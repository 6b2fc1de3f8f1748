using System.Buffers.Binary;

namespace Equipoise.Formats;

/// <summary>Sound in memory: 16-bit samples, channels interleaved.</summary>
/// <param name="SampleRate">Samples per second and channel.</param>
/// <param name="Channels">1 for mono.</param>
/// <param name="Samples">Interleaved samples.</param>
public sealed record WavAudio(int SampleRate, int Channels, short[] Samples);

/// <summary>Uncompressed 16-bit PCM <c>.wav</c> files.</summary>
public static class WavFile
{
    private const string Remedy = "convert it with: ffmpeg -i IN -c:a pcm_s16le OUT.wav";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidFileException">The file is absent, cut, or not 16-bit PCM.</exception>
    public static WavAudio Read(string path)
    {
        byte[] bytes = WholeFile.Read(path, Array.MaxLength);
        if (bytes.Length < 12 || !bytes.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !bytes.AsSpan(8, 4).SequenceEqual("WAVE"u8))
            throw new InvalidFileException(path, "is not a .wav file", Remedy);
        (int Rate, int Channels)? format = null;
        for (int at = 12; at + 8 <= bytes.Length;)
        {
            long size = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4));
            ReadOnlySpan<byte> name = bytes.AsSpan(at, 4);
            at += 8;
            bool data = name.SequenceEqual("data"u8);
            if (data && size == uint.MaxValue) size = bytes.Length - at;
            if (size > bytes.Length - at) throw new InvalidFileException(path, "is cut: it ends before its data does", Remedy);
            if (name.SequenceEqual("fmt "u8)) format = ReadFormat(bytes.AsSpan(at, (int)size), path);
            if (data) return ReadSamples(bytes.AsSpan(at, (int)size), format, path);
            at = (int)Math.Min(bytes.Length, at + size + size % 2);
        }
        throw new InvalidFileException(path, "holds no samples", Remedy);
    }

    /// <summary>Writes a file: beside its target, renamed when whole.</summary>
    public static void Write(string path, WavAudio audio)
    {
        byte[] bytes = new byte[44 + audio.Samples.Length * 2];
        Span<byte> head = bytes;
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], bytes.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], (short)audio.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], audio.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], audio.SampleRate * audio.Channels * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], (short)(audio.Channels * 2));
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], audio.Samples.Length * 2);
        for (int i = 0; i < audio.Samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(head[(44 + 2 * i)..], audio.Samples[i]);
        using AtomicFile file = new(path);
        file.Stream.Write(bytes);
        file.Complete();
    }

    private static (int Rate, int Channels) ReadFormat(ReadOnlySpan<byte> chunk, string path)
    {
        if (chunk.Length < 16) throw new InvalidFileException(path, "has a format chunk that is too short", Remedy);
        int code = BinaryPrimitives.ReadUInt16LittleEndian(chunk), channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        int rate = BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (code is not (1 or 0xFFFE) || bits != 16 || channels == 0 || rate <= 0)
            throw new InvalidFileException(path, $"is not 16-bit PCM (format {code}, {bits} bits, {channels} channels, {rate} Hz)", Remedy);
        return (rate, channels);
    }

    private static WavAudio ReadSamples(ReadOnlySpan<byte> data, (int Rate, int Channels)? format, string path)
    {
        if (format is not { } known) throw new InvalidFileException(path, "has samples before their format", Remedy);
        short[] samples = new short[data.Length / 2];
        for (int i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..]);
        return new WavAudio(known.Rate, known.Channels, samples);
    }
}
