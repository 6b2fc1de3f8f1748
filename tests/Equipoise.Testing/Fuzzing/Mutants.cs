using System.Buffers.Binary;
using System.Text;

namespace Equipoise.Testing;

/// <summary>Damaged copies of a whole file; the same seed gives the same ones.</summary>
public static class Mutants
{
    private static readonly ulong[] Extremes = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0x4000000000000000];

    private static readonly string[] Numbers = ["0", "-1", "1e308", "2147483648", "4611686018427387904", "99999999999999999999999", "NaN", "0.5", "1_0", ""];

    private static readonly string[] Tokens =
    [
        "\"", "'", "{", "}", "[", "]", ",", ":", "\n", "\r\n", "\0", "\t", "#", "&a ", "*a", "null", "true", "\\", "\\u0000", "\\ud800", "../", "/", "- ", "? ", "|", "<<: ", "\u001b[2J", "\ud83d\ude00", "\u2028",
    ];

    /// <summary>So many mutants, each damaged in one to three places.</summary>
    public static IEnumerable<byte[]> Of(byte[] whole, int count, int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            List<byte> bytes = [.. whole];
            for (int damage = random.Next(1, 4); damage > 0 && bytes.Count > 0; damage--) Damage(bytes, random);
            yield return [.. bytes];
        }
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        int at = random.Next(bytes.Count), length = Math.Min(random.Next(1, 33), bytes.Count - at);
        switch (random.Next(8))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes.RemoveRange(at, bytes.Count - at); break;
            case 2: bytes.RemoveRange(at, length); break;
            case 3: bytes.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))); break;
            case 4: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
            case 5: Overwrite(bytes, at, random); break;
            case 6: Renumber(bytes, at, random); break;
            default: Replace(bytes, at, random.Next(2) * length, Tokens[random.Next(Tokens.Length)]); break;
        }
    }

    /// <summary>Puts a number at the edge of its type in the place of one, two, four or eight bytes, either end first.</summary>
    private static void Overwrite(List<byte> bytes, int at, Random random)
    {
        byte[] number = new byte[8];
        ulong value = Extremes[random.Next(Extremes.Length)];
        int width = 1 << random.Next(4);
        if (random.Next(2) == 0) BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        else BinaryPrimitives.WriteUInt64BigEndian(number, value << (64 - 8 * width));
        for (int i = 0; i < width && at + i < bytes.Count; i++) bytes[at + i] = number[i];
    }

    /// <summary>Replaces the next number that is written in digits.</summary>
    private static void Renumber(List<byte> bytes, int at, Random random)
    {
        int start = bytes.FindIndex(at, letter => letter is >= (byte)'0' and <= (byte)'9');
        if (start < 0) return;
        int end = bytes.FindIndex(start, letter => letter is < (byte)'0' or > (byte)'9');
        Replace(bytes, start, (end < 0 ? bytes.Count : end) - start, Numbers[random.Next(Numbers.Length)]);
    }

    private static void Replace(List<byte> bytes, int at, int length, string text)
    {
        bytes.RemoveRange(at, Math.Min(length, bytes.Count - at));
        bytes.InsertRange(at, Encoding.UTF8.GetBytes(text));
    }
}
