using Xunit;

namespace Equipoise.Testing;

/// <summary>
/// Hands damaged files to a reader. Each is read, or refused by the documented exceptions in one line; nothing else is thrown, and no more
/// memory is taken than a small multiple of the file's length.
/// </summary>
public static class Fuzz
{
    private const long Allowance = 4 << 20, PerByte = 200;

    /// <summary>Reads mutants of a file, written to its own place one after the other; the whole file is put back at the end.</summary>
    /// <param name="path">A whole file.</param>
    /// <param name="read">Reads everything that is in it.</param>
    /// <param name="documented">The exceptions that may be thrown.</param>
    /// <param name="count">How many mutants; 300 by default.</param>
    public static void Read(string path, Action read, IReadOnlyCollection<Type> documented, int count = 300)
    {
        byte[] whole = File.ReadAllBytes(path);
        read();
        int refused = 0;
        foreach (byte[] mutant in Mutants.Of(whole, count, seed: whole.Length))
        {
            File.WriteAllBytes(path, mutant);
            refused += Check(mutant, read, documented) ? 1 : 0;
        }
        File.WriteAllBytes(path, whole);
        Assert.InRange(refused, count / 20, count);
    }

    /// <summary>Reads one hostile file that has to be refused.</summary>
    public static string Refused(string path, Action read, params IReadOnlyCollection<Type> documented)
    {
        byte[] bytes = new FileInfo(path) is { LinkTarget: null, Length: < 1 << 24 } ? File.ReadAllBytes(path) : [];
        string? told = null;
        Assert.True(Check(bytes, () => { try { read(); } catch (Exception error) { told = error.Message; throw; } }, documented), "was not refused");
        return told!;
    }

    /// <summary>Whether a reader refuses a file as it should.</summary>
    private static bool Check(byte[] bytes, Action read, IReadOnlyCollection<Type> documented)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Exception? error = Record(read);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(error is null || documented.Contains(error.GetType()), $"{Shown(bytes)}\n{error}");
        Assert.True(taken <= Allowance + PerByte * bytes.Length, $"{taken} bytes taken for a file of {bytes.Length}\n{Shown(bytes)}");
        foreach (string line in error?.Message.Split(Environment.NewLine) ?? [])
            Assert.True(line.Length > 0 && !line.Any(letter => char.IsControl(letter) || letter == '\u2028'), $"not a line of plain text: {line}\n{Shown(bytes)}");
        return error is not null;
    }

    private static Exception? Record(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private static string Shown(byte[] bytes) => $"a file of {bytes.Length} bytes, base64: {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, 3000)))}";
}
