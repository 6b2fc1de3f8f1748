namespace Equipoise.Torch.Nn;

/// <summary>
/// A stream of random draws that knows where it stands: draw n depends on the seed and n alone, so that what was drawn can be drawn
/// again (after an interruption, or when a part of a network is computed a second time).
/// </summary>
public sealed class DrawStream
{
    private ulong _seed;

    /// <summary>How many draws there have been since the start.</summary>
    public long Position { get; set; }

    /// <summary>Starts anew.</summary>
    public void Restart(ulong seed)
    {
        _seed = seed;
        Position = 0;
    }

    /// <summary>The generator of the next draw; the caller disposes it.</summary>
    public Generator Next() => new(Mix(_seed + 0x9E3779B97F4A7C15 * (ulong)++Position));

    /// <summary>SplitMix64 (Steele et al. 2014): neighbouring positions get unlike seeds.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
