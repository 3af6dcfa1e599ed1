using System.Numerics;

namespace VecNet;

/// <summary>The block sizes of the loops around the micro-kernel.</summary>
/// <remarks>
/// <para>
/// Glossary of this folder. C is m × n, and each of its elements is a sum of k terms: A is m × k, B is k × n. The loops divide C into
/// blocks of mc rows and nc columns, and the terms into blocks of kc. Loops 2 and 1 divide those into tiles of mr rows and nr columns,
/// which the micro-kernel holds in registers. A panel is nr columns of a block of B, a sliver mr rows of a block of A.
/// </para>
/// <para>
/// A sliver of A (mr × kc: 12 or 24 KB; more only beside a narrow B) stays in level 1 of the cache, a panel of B (kc × nr: 128 KB) and the
/// block of A (mc × kc) in levels 2 and 3, the block of B (kc × nc) in level 3. Since each element of C is one chain, no size changes a
/// result; kc is nevertheless the same on every machine. Figures: AMD Zen 5, November 2026, in perf/results/matmul.md.
/// </para>
/// </remarks>
internal static class Blocking
{
    /// <summary>
    /// The terms of the sum in a block. C is read and written once for each; 384 lost 2 % at 1024³ and 2048³, 1024 lost 3 % at 2048³.
    /// </summary>
    internal const int Kc = 512;

    /// <summary>
    /// The number of rows that make packing a panel of B worth its cost: copying an element costs about as much as half a row's
    /// multiply-adds with it, so that with 48 rows the copy takes about 1 %.
    /// </summary>
    internal const int RowsWorthPacking = 48;

    /// <summary>
    /// The number of columns that make packing a transposed A worth its cost: transposing an element costs 0.3 cycles, a column 1/32.
    /// </summary>
    internal const int ColumnsWorthPacking = 192;

    /// <summary>
    /// Rows whose stride is a multiple of this, in bytes, share half the sets of level 1 (a way is 4 KB) and a thirty-second of those of
    /// level 2 (64 KB).
    /// </summary>
    internal const int SetDistance = 2048;

    /// <summary>
    /// The number of such rows that the cache can hold: 512 fill level 2 and leave nothing for other data. At 512³ packing gained 0 to 5 %
    /// (A·B), 16 % (Aᵀ·B).
    /// </summary>
    internal const int RowsPerSet = 192;

    /// <summary>
    /// The padding after each row of a packed A, in elements, so that rows do not all start in the same set of the cache.
    /// </summary>
    internal const int Padding = 16;

    /// <summary>A matrix B up to this size, in bytes, is read in place.</summary>
    internal static int Unpacked => Caches.Level2;

    /// <summary>
    /// A transposed A up to this size, in bytes, is read in place. The limit is lower for slivers of 4 rows, which use a quarter of each
    /// cache line.
    /// </summary>
    internal static int UnpackedA => Machine.Has32Registers ? Caches.Level2 : Caches.Level2 / 8;

    /// <summary>The rows of A in a block: they fill level 2, of which a panel of B needs little because it is read in order.</summary>
    internal static int Mc<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Rounded(Caches.Level2 / (Kc * Size<T>()), 24);

    /// <summary>The columns of B in a block: they fill a sixteenth of level 3, which other cores and programs use too.</summary>
    internal static int Nc<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Rounded(Caches.Level3 / 16 / (Kc * Size<T>()), 64);

    /// <summary>The number of vectors in a row of the widest tile.</summary>
    internal static int Vectors => Machine.Has32Registers ? 4 : 3;

    /// <summary>The number of rows of the highest tile.</summary>
    internal const int MostRows = 16;

    /// <summary>
    /// The number of rows of a tile with the given number of vectors in a row: 24 accumulators where there are 32 registers (16 if each row
    /// is one), 12 where there are 16.
    /// </summary>
    internal static nint Mr(nint vectors) => Machine.Has32Registers
        ? vectors switch { 4 => 6, 3 => 8, 2 => 12, _ => 16 }
        : vectors switch { 3 => 4, 2 => 6, _ => 12 };

    /// <summary>
    /// The size of the next block of the remainder: at most <paramref name="most"/>, and never so much that less than
    /// <paramref name="unit"/> remains.
    /// </summary>
    internal static nint Cut(nint left, nint most, nint unit) => left <= most ? left : left < most + unit ? most - unit : most;

    internal static nint RoundUp(nint value, nint multiple) => (value + multiple - 1) / multiple * multiple;

    private static unsafe int Size<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => sizeof(T);

    private static int Rounded(int value, int multiple) => int.Max(value / multiple, 1) * multiple;
}
