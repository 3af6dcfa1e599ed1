namespace VecNet.Tests;

/// <summary>A reproducible stream of numbers (SplitMix64): cases carry its seed, so that a printed case can be run again.</summary>
internal struct Seeded(ulong seed)
{
    private ulong state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Integer(int low, int high) => low + (int)(Bits() % (ulong)(high - low + 1));

    /// <summary>A number of [0, 1).</summary>
    public double Unit() => (Bits() >> 11) * double.Exp2(-53);
}
