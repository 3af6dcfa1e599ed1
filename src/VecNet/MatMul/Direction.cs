using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Which way round a product is computed: as it stands, or as Cᵀ = Bᵀ·Aᵀ. No choice changes a bit, but for the payload of a NaN that two NaNs made.</summary>
internal static class Direction
{
    /// <summary>Multiply-adds up to which nothing is gained by choosing: 32³ takes 300 ns, transposing and scattering most of that.</summary>
    private const int SmallWork = 32 * 32 * 32;

    /// <summary>Multiply-adds up to which a matrix times a vector is left to the tiles, which start sooner: 2 × 2 takes 10 ns instead of 17.</summary>
    private const int TinyWork = 32;

    /// <summary>Whether this is a vector times a matrix, or a matrix times a vector, for <see cref="ThinProduct"/>.</summary>
    internal static bool IsThin<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        x.N == 1 ? x.BColumn != 1 || x.M * x.K > TinyWork : x.M == 1 && (x.BColumn != 1 || x.N >= 4 * TVector.Count);

    /// <summary>Whether this is a column times a row, for <see cref="OuterProduct"/>.</summary>
    internal static bool IsOuter<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => x.K == 1 && x.M > 1 && x.N >= TVector.Count && x.BColumn == 1 && x.CColumn == 1;

    /// <summary>Whether the transposed product takes less time.</summary>
    internal static bool TransposedIsFaster<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if ((x.N >= 4 * TVector.Count && x.BColumn == 1) || x.M * x.N * x.K <= SmallWork || x.CColumn != 1
            || (x.M < TVector.Count && !TVector.HasParts && TVector.Count > 1))
        {
            return false;
        }

        // Half cycles: a vector's multiply-add takes one, transposing an element 0.7.
        nint passes = (x.K + Blocking.Kc - 1) / Blocking.Kc * 2;
        nint asItIs = (x.M * Vectors<T, TVector>(x.N) * x.K) + (x.BColumn == 1 ? 0 : Transposing(x.N * x.K));
        nint transposed = (x.N * Vectors<T, TVector>(x.M) * x.K) + (x.ARow == 1 ? 0 : Transposing(x.M * x.K)) + Transposing(x.M * x.N * passes);
        return transposed < asItIs;
    }

    /// <summary>Whether the columns behind the last whole vector are better computed on their own, transposed, than in a vector that they do not fill: A is read twice then, so it must lie in the cache.</summary>
    internal static bool RestIsFasterTransposed<T, TVector>(in Product<T> x, out nint rest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        rest = x.N % TVector.Count;
        if (rest == 0 || x.N < TVector.Count || x.ARow != 1 || x.M * x.K * Unsafe.SizeOf<T>() > Caches.Level2)
        {
            return false;
        }

        Product<T> part = x;
        part.N = rest;
        return TransposedIsFaster<T, TVector>(part);
    }

    private static nint Vectors<T, TVector>(nint elements)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> => (elements + TVector.Count - 1) / TVector.Count;

    private static nint Transposing(nint elements) => elements * 7 / 10;
}
