using System.Buffers.Binary;
using System.Text;

namespace Equipoise.Formats;

/// <summary>
/// Appends scalars to a TensorBoard event file: records framed by masked CRC-32C, each a small protocol-buffer message. Own code,
/// because the format is four fields and the libraries bring a runtime.
/// </summary>
public sealed class TensorBoardWriter : IDisposable
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcEntry)];
    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    /// <summary>Opens a new event file in a folder, which is made if need be.</summary>
    /// <param name="folder">What <c>tensorboard --logdir</c> is given.</param>
    /// <param name="clock">Dates the file and its records.</param>
    public TensorBoardWriter(string folder, TimeProvider clock)
    {
        _clock = clock;
        Directory.CreateDirectory(folder);
        string name = FormattableString.Invariant($"events.out.tfevents.{clock.GetUtcNow().ToUnixTimeMilliseconds()}.equipoise");
        _stream = new FileStream(Path.Combine(folder, name), FileMode.Append, FileAccess.Write, FileShare.Read);
        Record(Message(Time(), Field(3, Encoding.UTF8.GetBytes("brain.Event:2"))));
    }

    /// <summary>Appends one value; values that are not finite are left out.</summary>
    public void Scalar(string tag, long step, double value)
    {
        if (!double.IsFinite(value)) return;
        byte[] number = new byte[5];
        number[0] = (2 << 3) | 5;
        BinaryPrimitives.WriteSingleLittleEndian(number.AsSpan(1), (float)value);
        byte[] entry = [.. Field(1, Encoding.UTF8.GetBytes(tag)), .. number];
        Record(Message(Time(), [(2 << 3) | 0, .. Varint((ulong)step), .. Field(5, Field(1, entry))]));
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private static byte[] Message(byte[] time, byte[] rest) => [.. time, .. rest];

    private byte[] Time()
    {
        byte[] time = new byte[9];
        time[0] = (1 << 3) | 1;
        BinaryPrimitives.WriteDoubleLittleEndian(time.AsSpan(1), _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        return time;
    }

    private static byte[] Field(int number, byte[] bytes) => [(byte)((number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private void Record(byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        _stream.Write([.. length, .. Masked(length), .. data, .. Masked(data)]);
        _stream.Flush();
    }

    private static byte[] Masked(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data) crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        crc = ~crc;
        byte[] masked = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, ((crc >> 15) | (crc << 17)) + 0xa282ead8);
        return masked;
    }

    private static uint CrcEntry(int index)
    {
        uint crc = (uint)index;
        for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        return crc;
    }
}
