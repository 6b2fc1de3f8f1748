using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Equipoise.Data;

/// <summary>Separate streams of randomness from one seed: a new consumer shifts none of the others.</summary>
public static class SeedStream
{
    /// <summary>The seed of a stream, from the run's seed, the stream's name and counters such as the epoch (SHA-256, first 8 bytes).</summary>
    public static ulong Derive(ulong seed, string name, params ReadOnlySpan<long> counters)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        byte[] bytes = new byte[8 + 8 * counters.Length + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        for (int i = 0; i < counters.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 + 8 * i), counters[i]);
        text.CopyTo(bytes, 8 + 8 * counters.Length);
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(bytes));
    }
}
