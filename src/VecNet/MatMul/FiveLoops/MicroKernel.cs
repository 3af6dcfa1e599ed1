using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// The micro-kernel: one tile of C, held in registers while its terms are added; then those below it. The loops around it compute nothing.
/// </summary>
/// <remarks>
/// <para>
/// A tile has TRows × TWidth vectors of C. At each p the kernel loads a row of B (TWidth vectors), broadcasts TRows elements of column p of
/// A, and does TRows · TWidth multiply-adds. With 6 × 4 that is 10 loads for 24 multiply-adds: two of each can start per cycle, so
/// the multiply-adds bound it; 24 chains cover their latency of 4 cycles (8 would do); 24 + 4 + 1 registers of 32 are in use.
/// 8 × 3 and 12 × 2 do as well; a single vector takes 16 rows, and 17 loads for 16 multiply-adds. With 16 registers 4 × 3 takes 12 + 3 + 1.
/// </para>
/// <para>
/// One call computes several tiles, since between two calls 50 of the 800 cycles of a short tile pass: on a Zen 3 six at once are 2 to 5 %
/// faster from 128³ to 512³. Prefetching B in the loop over the terms lost 5 to 10 % there.
/// </para>
/// <para>
/// TPacks is N0 or N1: whether B is packed at the same time, which costs almost nothing, whereas packing it beforehand waits for memory.
/// </para>
/// <para>
/// Each element of C is one chain: start, plus bias, plus a(0)·b(0), plus a(1)·b(1), …. Blocking k, the size of the tile and
/// the number of threads therefore change no bit of the result.
/// </para>
/// <para>
/// Rows must be separate locals: the JIT keeps neither arrays nor inline arrays in registers. Conditions on TRows are constants;
/// branches that they rule out are not compiled. AggressiveOptimization is set because otherwise the first calls run unoptimized, a
/// hundred times slower.
/// </para>
/// </remarks>
internal static unsafe class MicroKernel
{
    /// <summary>
    /// The distance at which a kernel that packs B prefetches its rows, whose stride is too large for the hardware prefetcher: some 100
    /// cycles.
    /// </summary>
    private const int RowsAhead = 10;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TVector, TRows, TWidth, TPacks>(in TileJob<T> tile)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TRows : struct, ICount
        where TWidth : struct, ICount
        where TPacks : struct, ICount
    {
        Debug.Assert(
            TWidth.IsMasked ? tile.Width < TVector.Count : (tile.Width + TVector.Count - 1) / TVector.Count == TWidth.Value,
            "The width does not fit.");
        TVector mask = TWidth.IsMasked ? TVector.FirstElements(tile.Width) : default;
        nint last = tile.Width - TVector.Count;
        nint row = tile.A.RowStride * sizeof(T);
        nint aColumnStride = tile.A.ColumnStride * sizeof(T);
        nint bStride = tile.BRowStride;
        nint startStride = tile.StartRowStride;
        nint cStride = tile.CRowStride;
        byte* a = (byte*)tile.A.Pointer;
        T* start = tile.Start;
        T* c = tile.C;
        for (nint tiles = tile.Tiles; tiles > 0; tiles--)
        {
            TileRow<T, TVector, TWidth> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
            TileRow<T, TVector, TWidth> r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
            TileRow<T, TVector, TWidth> r12 = default, r13 = default, r14 = default, r15 = default;

            if (start != null)
            {
                r0.Load(start, last, mask);
                if (TRows.Value > 1) r1.Load(start += startStride, last, mask);
                if (TRows.Value > 2) r2.Load(start += startStride, last, mask);
                if (TRows.Value > 3) r3.Load(start += startStride, last, mask);
                if (TRows.Value > 4) r4.Load(start += startStride, last, mask);
                if (TRows.Value > 5) r5.Load(start += startStride, last, mask);
                if (TRows.Value > 6) r6.Load(start += startStride, last, mask);
                if (TRows.Value > 7) r7.Load(start += startStride, last, mask);
                if (TRows.Value > 8) r8.Load(start += startStride, last, mask);
                if (TRows.Value > 9) r9.Load(start += startStride, last, mask);
                if (TRows.Value > 10) r10.Load(start += startStride, last, mask);
                if (TRows.Value > 11) r11.Load(start += startStride, last, mask);
                if (TRows.Value > 12) r12.Load(start += startStride, last, mask);
                if (TRows.Value > 13) r13.Load(start += startStride, last, mask);
                if (TRows.Value > 14) r14.Load(start += startStride, last, mask);
                if (TRows.Value > 15) r15.Load(start += startStride, last, mask);
                start += startStride;
            }

            // Each pointer serves three rows: base, base + row and base + 2 · row are addresses that x64 encodes.
            byte* a0 = a;
            byte* a3 = a0 + (3 * row);
            byte* a6 = a3 + (3 * row);
            byte* a9 = a6 + (3 * row);
            byte* a12 = a9 + (3 * row);
            byte* a15 = a12 + (3 * row);
            T* b = tile.B;
            T* packed = tile.PackedB;
            for (nint p = tile.K; p > 0; p--)
            {
                TileRow<T, TVector, TWidth> br = default;
                br.Load(b, last, mask);
                if (TPacks.Value > 0)
                {
                    br.Store(packed, last, mask);
                    packed += last + TVector.Count;
                    TileRow<T, TVector, TWidth>.Prefetch(b + (RowsAhead * bStride));
                }

                b += bStride;
                r0.MultiplyAdd(a0, br);
                if (TRows.Value > 1) r1.MultiplyAdd(a0 + row, br);
                if (TRows.Value > 2) r2.MultiplyAdd(a0 + (2 * row), br);
                if (TRows.Value > 3) r3.MultiplyAdd(a3, br);
                if (TRows.Value > 4) r4.MultiplyAdd(a3 + row, br);
                if (TRows.Value > 5) r5.MultiplyAdd(a3 + (2 * row), br);
                if (TRows.Value > 6) r6.MultiplyAdd(a6, br);
                if (TRows.Value > 7) r7.MultiplyAdd(a6 + row, br);
                if (TRows.Value > 8) r8.MultiplyAdd(a6 + (2 * row), br);
                if (TRows.Value > 9) r9.MultiplyAdd(a9, br);
                if (TRows.Value > 10) r10.MultiplyAdd(a9 + row, br);
                if (TRows.Value > 11) r11.MultiplyAdd(a9 + (2 * row), br);
                if (TRows.Value > 12) r12.MultiplyAdd(a12, br);
                if (TRows.Value > 13) r13.MultiplyAdd(a12 + row, br);
                if (TRows.Value > 14) r14.MultiplyAdd(a12 + (2 * row), br);
                if (TRows.Value > 15) r15.MultiplyAdd(a15, br);
                a0 += aColumnStride;
                if (TRows.Value > 3) a3 += aColumnStride;
                if (TRows.Value > 6) a6 += aColumnStride;
                if (TRows.Value > 9) a9 += aColumnStride;
                if (TRows.Value > 12) a12 += aColumnStride;
                if (TRows.Value > 15) a15 += aColumnStride;
            }

            r0.Store(c, last, mask);
            if (TRows.Value > 1) r1.Store(c += cStride, last, mask);
            if (TRows.Value > 2) r2.Store(c += cStride, last, mask);
            if (TRows.Value > 3) r3.Store(c += cStride, last, mask);
            if (TRows.Value > 4) r4.Store(c += cStride, last, mask);
            if (TRows.Value > 5) r5.Store(c += cStride, last, mask);
            if (TRows.Value > 6) r6.Store(c += cStride, last, mask);
            if (TRows.Value > 7) r7.Store(c += cStride, last, mask);
            if (TRows.Value > 8) r8.Store(c += cStride, last, mask);
            if (TRows.Value > 9) r9.Store(c += cStride, last, mask);
            if (TRows.Value > 10) r10.Store(c += cStride, last, mask);
            if (TRows.Value > 11) r11.Store(c += cStride, last, mask);
            if (TRows.Value > 12) r12.Store(c += cStride, last, mask);
            if (TRows.Value > 13) r13.Store(c += cStride, last, mask);
            if (TRows.Value > 14) r14.Store(c += cStride, last, mask);
            if (TRows.Value > 15) r15.Store(c += cStride, last, mask);
            c += cStride;
            a += TRows.Value * row;
        }
    }
}
