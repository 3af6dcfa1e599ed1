using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The 64-bit hash of a token: FNV-1a over its characters, from a start for each kind, and the finisher of SplitMix64.</summary>
/// <remarks>
/// A vocabulary holds the hashes instead of the tokens. Of a million tokens two have the same hash with a probability of 3·10⁻⁸, and then
/// they are one feature.
/// </remarks>
internal static class TokenHash
{
    internal const ulong Word = 0x9E3779B97F4A7C15;
    internal const ulong Gram = 0xC2B2AE3D27D4EB4F;
    internal const ulong Symbol = 0x165667B19E3779F9;

    private const ulong FnvPrime = 1099511628211;

    /// <summary>The state after one more character, a Unicode scalar.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Append(ulong state, int character) => (state ^ (uint)character) * FnvPrime;

    /// <summary>The hash of a token from the state after its last character; it is never 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Finish(ulong state)
    {
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        state ^= state >> 31;
        return state == 0 ? 1 : state;
    }

    /// <summary>The hash of two neighboring tokens of one kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Pair(ulong first, ulong second) => Finish((first * 0xD6E8FEB86659FD93) + second);
}
