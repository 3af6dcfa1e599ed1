using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The block sizes of the loops around the micro-kernel, on this machine.</summary>
/// <remarks>
/// <para>
/// Glossary of this folder. C is m × n, and each of its elements is a sum of k terms: A is m × k, B is k × n. The loops divide C into
/// blocks of mc rows and nc columns, and the terms into blocks of kc. Loops 2 and 1 divide those into tiles of mr rows and nr columns,
/// which the micro-kernel holds in registers. A panel is nr columns of a block of B, a sliver mr rows of a block of A.
/// </para>
/// <para>
/// A sliver of A (mr × kc) stays in level 1 of the cache, a panel of B (kc × nr) and the block of A (mc × kc) in level 2, the block of B
/// (kc × nc) in level 3. <see cref="BlockSizes"/> derives the sizes from the caches. Figures are in perf/results/zen5/512/matmul.md.
/// </para>
/// </remarks>
internal static class Blocking
{
    /// <summary>
    /// The number of rows that make packing a panel of B worth its cost: copying an element costs about as much as half a row's
    /// multiply-adds with it, so that with 48 rows the copy takes about 1 %. Where a panel read in place does not stay in level 1 (see
    /// <see cref="BlockSizes.Unpacked"/>), packing pays sooner: on a Zen 3 32 × 512 × 784 is 10 % faster, and 8 rows are 8 % slower.
    /// </summary>
    internal static int RowsWorthPacking => Machine.Has32Registers ? 48 : 16;

    /// <summary>
    /// The number of columns that make packing a transposed A worth its cost: transposing an element costs 0.3 cycles, a column 1/32.
    /// </summary>
    internal const int ColumnsWorthPacking = 192;

    /// <summary>
    /// The padding after each row of a packed A, in elements, so that rows do not all start in the same set of the cache.
    /// </summary>
    internal const int Padding = 16;

    /// <summary>
    /// The number of rows of one call of the micro-kernel: of as many tiles as fit, and at least of one; the highest has 16 rows.
    /// </summary>
    internal const int RowsOfCall = 24;

    private static readonly BlockSizes Singles = BlockSizes.Derive(Caches.Here, Registers(sizeof(float)), sizeof(float));
    private static readonly BlockSizes Doubles = BlockSizes.Derive(Caches.Here, Registers(sizeof(double)), sizeof(double));

    /// <summary>The number of vectors in a row of the widest tile.</summary>
    internal static int Vectors => TileVectors(Machine.Has32Registers);

    /// <summary>The sizes for an element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe ref readonly BlockSizes Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ref sizeof(T) == sizeof(float) ? ref Singles : ref Doubles;

    /// <summary>
    /// The number of rows of a tile with the given number of vectors in a row: 24 accumulators where there are 32 registers (16 if each row
    /// is one), 12 where there are 16.
    /// </summary>
    internal static nint Mr(nint vectors) => Machine.Has32Registers
        ? vectors switch { 4 => 6, 3 => 8, 2 => 12, _ => 16 }
        : vectors switch { 3 => 4, 2 => 6, _ => 12 };

    /// <summary>The number of rows of the widest tile, by the number of registers.</summary>
    internal static int TileRows(bool has32Registers) => has32Registers ? 6 : 4;

    /// <summary>The number of vectors in a row of the widest tile, by the number of registers.</summary>
    internal static int TileVectors(bool has32Registers) => has32Registers ? 4 : 3;

    /// <summary>
    /// The size of the next block of the remainder: at most <paramref name="most"/>, and never so much that less than
    /// <paramref name="unit"/> remains.
    /// </summary>
    internal static nint Cut(nint left, nint most, nint unit) => left <= most ? left : left < most + unit ? most - unit : most;

    /// <summary>
    /// The size of blocks of at most <paramref name="most"/> that are about equal, in multiples of <paramref name="unit"/>.
    /// </summary>
    internal static nint Even(nint total, nint most, nint unit)
    {
        nint blocks = (total + most - 1) / most;
        return blocks <= 1 ? total : nint.Min(RoundUp((total + blocks - 1) / blocks, unit), most);
    }

    internal static nint RoundUp(nint value, nint multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>The registers of this process.</summary>
    private static VectorRegisters Registers(int elementSize) => new(
        Machine.Has32Registers ? 32 : 16,
        Machine.Has512 ? 64 : Machine.HasVectors ? Vector<byte>.Count : elementSize);
}
