using System.Text;

namespace Equipoise.Formats;

/// <summary>A regular file inside a tar.</summary>
/// <param name="Tar">The tar's path.</param>
/// <param name="Name">Its name as the tar has it: whatever it says, it is only a name.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many they are; all of them lie within the tar.</param>
public sealed record TarMember(string Tar, string Name, long Offset, long Length)
{
    /// <summary>Its bytes.</summary>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="InvalidFileException">There are more.</exception>
    public byte[] Read(long most)
    {
        if (Length > most) throw new InvalidFileException(Tar, $"holds {Name} of {Length} bytes", $"such members are at most {most} bytes");
        byte[] bytes = new byte[Length];
        using FileStream stream = File.OpenRead(Tar);
        stream.Position = Offset;
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>
/// Finds the regular files of a tar (ustar, with the long names of GNU and pax). Links, folders and devices are passed over. Own code, because
/// .NET's reader takes as much memory as a header claims.
/// </summary>
public static class TarFile
{
    private const int Block = 512;
    private const long LongestName = 1 << 16;

    /// <summary>The regular files, in their order.</summary>
    /// <exception cref="InvalidFileException">It is absent, no tar, cut, or states a size that it does not hold.</exception>
    public static IEnumerable<TarMember> Members(string path)
    {
        if (!File.Exists(path)) throw new InvalidFileException(path, "does not exist", "check the path");
        using FileStream stream = File.OpenRead(path);
        byte[] head = new byte[Block];
        string? longName = null;
        while (ReadHead(stream, head, path))
        {
            char type = (char)head[156];
            string name = longName ?? Name(head);
            bool isEmpty = type is >= '1' and <= '6'; // Links, devices and folders have no bytes, whatever size they state.
            long length = isEmpty ? 0 : Octal(head.AsSpan(124, 12)), offset = stream.Position;
            if (length < 0 || length > stream.Length - offset) throw Invalid(path, $"ends before {name} does, or states no size of it");
            if (type == 'S') throw Invalid(path, $"holds {name} with holes, which is not read");
            if (type is 'L' or 'x') longName = LongName(Bytes(stream, length, path), type == 'x') ?? longName;
            else if (type is not ('g' or 'K'))
            {
                if (type is '0' or '\0' or '7' && !name.EndsWith('/')) yield return new TarMember(path, name, offset, length);
                longName = null;
            }
            stream.Position = offset + (length + Block - 1) / Block * Block;
        }
    }

    /// <summary>Reads a header; false at the end mark.</summary>
    private static bool ReadHead(FileStream stream, byte[] head, string path)
    {
        if (stream.ReadAtLeast(head, Block, throwOnEndOfStream: false) < Block) throw Invalid(path, "is cut: it has no end mark");
        Span<byte> sum = head.AsSpan(148, 8);
        if (!sum.ContainsAnyExcept((byte)0)) return false;
        long stated = Octal(sum);
        sum.Fill((byte)' ');
        return stated == head.Sum(value => (long)value) ? true : throw Invalid(path, "is no tar file, or is damaged");
    }

    private static byte[] Bytes(FileStream stream, long length, string path)
    {
        byte[] bytes = length <= LongestName ? new byte[length] : throw Invalid(path, $"holds a name of {length} bytes");
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The name that stands before a header: a text (GNU), or a record <c>LENGTH path=NAME</c> (pax).</summary>
    private static string? LongName(byte[] bytes, bool isPax)
    {
        if (!isPax) return Text(bytes);
        string? name = null;
        foreach (string record in Text(bytes).Split('\n'))
            if (record.Split(' ', 2) is [_, var pair] && pair.StartsWith("path=", StringComparison.Ordinal)) name = pair[5..];
        return name;
    }

    private static string Name(byte[] head)
    {
        string name = Text(head.AsSpan(0, 100)), prefix = head.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(head.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    /// <summary>A number in octal digits; −1 for anything else, such as the sizes above 8 GiB.</summary>
    private static long Octal(ReadOnlySpan<byte> field)
    {
        long number = 0;
        foreach (byte letter in field.Trim([(byte)' ', (byte)0])) number = number < 0 || letter is < (byte)'0' or > (byte)'7' ? -1 : number * 8 + letter - '0';
        return number;
    }

    private static InvalidFileException Invalid(string path, string problem) => new(path, problem, "fetch it again");
}
