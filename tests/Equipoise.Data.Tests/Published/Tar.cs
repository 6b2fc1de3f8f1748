using System.Text;

namespace Equipoise.Data.Tests.Published;

/// <summary>Writes tar files block by block, true or lying.</summary>
internal static class Tar
{
    internal sealed record Entry(string Name, byte[] Data, char Type = '0', string Size = "", string Link = "");

    internal static IEnumerable<Entry> Sample(string key, string label) => [new($"{key}.cls", Encoding.UTF8.GetBytes(label)), new($"{key}.jpg", [0xFF, 0xD8, 1, 2, 3]), new($"{key}.txt", "a text"u8.ToArray())];

    internal static void Write(string path, params IEnumerable<Entry> entries)
    {
        using FileStream file = File.Create(path);
        foreach (Entry entry in entries)
        {
            file.Write(Header(entry));
            file.Write(entry.Data);
            file.Write(new byte[(512 - entry.Data.Length % 512) % 512]);
        }
        file.Write(new byte[1024]);
    }

    private static byte[] Header(Entry entry)
    {
        byte[] block = new byte[512];
        void Put(int at, string text) => Encoding.UTF8.GetBytes(text).CopyTo(block, at);
        Put(0, entry.Name);
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, entry.Size.Length > 0 ? entry.Size : Octal(entry.Data.Length, 11) + "\0");
        Put(136, "00000000000\0");
        block[156] = (byte)entry.Type;
        Put(157, entry.Link);
        Put(257, "ustar\0" + "00");
        Put(148, "        ");
        Put(148, Octal(block.Sum(value => (long)value), 6) + "\0 ");
        return block;
    }

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');
}
