using System.Numerics;

namespace VecNet;

/// <summary>How the loops around the micro-kernel are cut. Glossary: see <see cref="MatMul"/>.</summary>
/// <remarks>
/// Derived for caches of 32 KB (level 1) and 1 MB (level 2) a core: a sliver of A (mr × kc) stays in level 1, a panel of B
/// (kc × nr) and the block of A (mc × kc) in level 2, and the block of B (kc × nc) in level 3. Since each element of C is one chain,
/// no number here changes a result.
/// </remarks>
internal readonly struct Blocking
{
    /// <summary>Terms of the sum per block. 6 × 384 floats: 9 KB of level 1.</summary>
    internal const int Kc = 384;

    /// <summary>Rows of A per block: 192 × 384 floats are 288 KB, a third of level 2.</summary>
    internal const int Mc = 192;

    /// <summary>Columns of B per block: 384 × 2048 floats are 3 MB, of level 3.</summary>
    internal const int Nc = 2048;

    /// <summary>A matrix B up to this size, in bytes, is read where it lies: it stays in level 2.</summary>
    internal const int Unpacked = 1 << 20;

    /// <summary>
    /// Rows that each packed panel must serve to be worth its copy: copying an element costs about as much as half a row's multiply-adds
    /// with it, so that 48 rows keep the copy near 1 %. Not tuned yet (Zen 5, November 2026).
    /// </summary>
    internal const int RowsWorthPacking = 48;

    /// <summary>Rows of the tile.</summary>
    internal static int Mr<TVector, T>()
        where TVector : struct, IVector<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Machine.Has32Registers ? 6 : 4;

    /// <summary>Vectors in a row of the tile.</summary>
    internal static int Vectors<TVector, T>()
        where TVector : struct, IVector<TVector, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Machine.Has32Registers ? 4 : 3;

    internal static nint RoundUp(nint value, nint multiple) => (value + multiple - 1) / multiple * multiple;
}
