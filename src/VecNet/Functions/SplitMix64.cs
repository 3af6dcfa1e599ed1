namespace VecNet;

/// <summary>The random number generator of the library: 64 bits of state, an explicit seed, the same numbers on every machine.</summary>
/// <remarks>
/// <para>Output n of seed s is mix(s + n · 0x9E3779B97F4A7C15), n = 1, 2, …, with mix two rounds of xor-shift and multiply.</para>
/// <para>
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014. It is not suitable for cryptography. An
/// instance must not be used by two threads at the same time.
/// </para>
/// </remarks>
public sealed class SplitMix64(ulong seed)
{
    /// <summary>What each number adds to the state: 2⁶⁴ divided by the golden ratio, made odd.</summary>
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The complete state: another generator with this state continues with the same numbers.</summary>
    public ulong State { get; set; } = seed;

    /// <summary>Creates a generator for one of several streams that share a seed; the streams are independent.</summary>
    /// <remarks>
    /// The library's own streams (weights, masks, order of rows) are numbered from 2³² on; lower numbers are free for other uses.
    /// </remarks>
    public static SplitMix64 ForStream(ulong seed, ulong stream) => new(StateOf(seed, stream));

    /// <summary>Returns 64 uniform bits.</summary>
    public ulong Next()
    {
        State += Increment;
        return Mix(State);
    }

    /// <summary>Returns a number in [0, 1), one of the 2⁵³ multiples of 2⁻⁵³ with equal probability.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Returns an integer in [0, <paramref name="count"/>) with equal probability.</summary>
    /// <remarks>
    /// Lemire, "Fast Random Integer Generation in an Interval", 2019: multiply, and reject numbers that would cause a bias.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The count is not positive.</exception>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ulong range = (ulong)count;
        ulong threshold = (0 - range) % range;
        ulong low;
        ulong high;
        do
        {
            high = Math.BigMul(Next(), range, out low);
        }
        while (low < threshold);
        return (int)high;
    }

    /// <summary>Returns a number of the standard normal distribution.</summary>
    /// <remarks>
    /// Box and Muller, 1958: √(−2 ln u) · cos 2πv. The second number, with the sine, is not kept, so that <see cref="State"/> is complete.
    /// </remarks>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Shuffles the items; every order has the same probability (Fisher and Yates).</summary>
    public void Shuffle<TItem>(Span<TItem> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The first state of one of several streams that share a seed.</summary>
    internal static ulong StateOf(ulong seed, ulong stream) => Mix(seed ^ Mix(stream + 1));

    /// <summary>The bits that <see cref="Next"/> returns for the given number of calls after a state.</summary>
    internal static ulong BitsAt(ulong state, ulong calls) => Mix(state + (calls * Increment));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
