namespace VecNet;

/// <summary>The vector registers of a core.</summary>
internal readonly struct VectorRegisters(int count, int bytes)
{
    /// <summary>The number of registers.</summary>
    internal readonly int Count = count;

    /// <summary>The size of a register that the micro-kernel uses, in bytes.</summary>
    internal readonly int Bytes = bytes;
}

/// <summary>The sizes of blocks, derived from the caches and the registers of a machine.</summary>
/// <remarks>
/// <para>
/// The derivation follows Low, Igual, Smith and Quintana-Ortí, "Analytical modeling is enough for high-performance BLIS" (2016): a cache
/// with W ways holds several streams of data if each gets whole ways. Loop 1 reads a panel of B (kc × nr) again for each sliver of A, and
/// the block of A (mc × kc) again for each panel. Since each element of C is one chain, no size changes a result.
/// </para>
/// <para>
/// Level 2 holds the panel, one way for C, and the block of A in the other ways. On a Zen 3 with 512 KB in 8 ways, a block of A that filled
/// them all displaced the panel: half the rows were faster by 4 to 13 % in sizes from 768³ to 2048³.
/// </para>
/// </remarks>
internal struct BlockSizes
{
    /// <summary>The terms of a block.</summary>
    internal int Kc;

    /// <summary>The rows of a block of A.</summary>
    internal int Mc;

    /// <summary>The columns of a block of B.</summary>
    internal int Nc;

    /// <summary>
    /// A matrix B up to this size, in bytes, is read in place: that of level 2 where a row of a panel is several lines, which prefetchers
    /// follow, and else that of level 1. With panels of 24 floats, packing more gained 5 to 15 % from 128³ to 256³ on a Zen 3.
    /// </summary>
    internal int Unpacked;

    /// <summary>
    /// A transposed A up to this size, in bytes, is read in place. The limit is lower for slivers of 4 rows, which use a quarter of each
    /// cache line.
    /// </summary>
    internal int UnpackedA;

    /// <summary>
    /// Rows whose stride is a multiple of this, in bytes, share a few sets of the caches. (A way of level 1 has 4 KB on x64.)
    /// </summary>
    internal int SetDistance;

    /// <summary>
    /// The number of such rows that level 2 can hold beside other data. On a Zen 5, packing more gained 0 to 5 % at 512³, 16 % for Aᵀ·B.
    /// </summary>
    internal int RowsPerSet;

    /// <summary>
    /// The most terms in a block. C is read and written once for each; on a Zen 5, 384 lost 2 % at 1024³ and 2048³, 1024 lost 3 % at 2048³;
    /// on a Zen 3, 256 and 320 lost.
    /// </summary>
    internal const int MostTerms = 512;

    private const int TermUnit = 64;
    private const int RowUnit = 24;
    private const int ColumnUnit = 64;

    /// <summary>The sizes for elements of <paramref name="size"/> bytes.</summary>
    internal static BlockSizes Derive(Caches caches, VectorRegisters registers, int size)
    {
        bool has32 = registers.Count >= 32;
        int rows = Blocking.TileRows(has32), columns = Blocking.TileVectors(has32) * registers.Bytes / size;

        // A sliver of A takes at most three quarters of level 1, a panel of B at most a quarter of level 2.
        int fitting = int.Min(caches.Level1.Bytes * 3 / 4 / (rows * size), caches.Level2.Bytes / 4 / (columns * size));
        int kc = int.Clamp(fitting / TermUnit * TermUnit, TermUnit, MostTerms);

        int way = caches.Level2.Way;
        int waysOfPanel = ((kc * columns * size) + way - 1) / way;
        int waysOfA = int.Max(caches.Level2.Ways - 1 - waysOfPanel, 1);
        int mc = Whole((int)((long)waysOfA * way / (kc * size)), RowUnit);

        // Half of the core's part of level 3: the other half is for the rows of A and C that pass through it.
        int nc = Whole(caches.Level3.Bytes / 2 / (kc * size), ColumnUnit);

        int setDistance = int.Min(caches.Level1.Way, 4096) / 2;
        int rowsOfLevel2 = caches.Level2.Bytes / setDistance;
        return new()
        {
            Kc = kc,
            Mc = mc,
            Nc = nc,
            Unpacked = has32 ? caches.Level2.Bytes : caches.Level1.Bytes,
            UnpackedA = has32 ? caches.Level2.Bytes : caches.Level2.Bytes / 8,
            SetDistance = setDistance,
            RowsPerSet = rowsOfLevel2 * 3 / 8,
        };
    }

    private static int Whole(int value, int unit) => int.Max(value / unit, 1) * unit;
}
