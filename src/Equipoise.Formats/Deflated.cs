namespace Equipoise.Formats;

/// <summary>What compressed files may claim: no deflated byte becomes more than 1032, and an array has to fit in memory.</summary>
internal static class Deflated
{
    private const long MostPerByte = 1032, Allowance = 1024;

    /// <summary>Refuses a size that the compressed bytes cannot have, or that the machine cannot hold.</summary>
    /// <exception cref="InvalidFileException">It is such a size.</exception>
    internal static void Check(string path, Int128 claimed, long compressed)
    {
        if (claimed > (Int128)compressed * MostPerByte + Allowance)
            throw new InvalidFileException(path, $"claims {claimed} bytes in {compressed} compressed ones, which cannot be", "write it again");
        if (claimed > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            throw new InvalidFileException(path, $"unpacks to {claimed} bytes, more than this machine's memory", "split it");
    }
}
