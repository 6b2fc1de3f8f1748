using System.Numerics;

namespace Equipoise.Data;

/// <summary>Random numbers that are the same on every runtime: xoshiro256** (Blackman and Vigna), seeded by SplitMix64.</summary>
public sealed class SeededRandom
{
    private readonly ulong[] _state = new ulong[4];

    /// <summary>A generator with a seed; equal seeds give equal numbers.</summary>
    public SeededRandom(ulong seed)
    {
        for (int i = 0; i < 4; i++)
        {
            ulong z = seed += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            _state[i] = z ^ (z >> 31);
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong NextULong()
    {
        ulong result = BitOperations.RotateLeft(_state[1] * 5, 7) * 9, t = _state[1] << 17;
        _state[2] ^= _state[0];
        _state[3] ^= _state[1];
        _state[1] ^= _state[2];
        _state[0] ^= _state[3];
        _state[2] ^= t;
        _state[3] = BitOperations.RotateLeft(_state[3], 45);
        return result;
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from <paramref name="from"/> to below <paramref name="to"/>.</summary>
    public double NextDouble(double from, double to) => from + (to - from) * NextDouble();

    /// <summary>A whole number from 0 to <paramref name="count"/> − 1, without bias.</summary>
    public int Next(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ulong limit = ulong.MaxValue - ulong.MaxValue % (ulong)count;
        while (true)
        {
            ulong bits = NextULong();
            if (bits < limit) return (int)(bits % (ulong)count);
        }
    }

    /// <summary>A standard-normal number (Box and Muller).</summary>
    public double NextGaussian() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts items into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
