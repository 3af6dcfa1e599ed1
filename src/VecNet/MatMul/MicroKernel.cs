using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>What one run of the micro-kernel reads and writes. All strides are in elements.</summary>
internal unsafe struct TileJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A(i, p) = A[i · ARow + p · AStep]: rows of A and columns of a transposed A differ in strides alone.</summary>
    internal T* A;
    internal nint ARow;
    internal nint AStep;

    /// <summary>B(p, j) = B[p · BStep + j].</summary>
    internal T* B;
    internal nint BStep;

    /// <summary>Where the rows of B are copied on the way, one after the other; or null.</summary>
    internal T* Copy;

    /// <summary>The number of terms of each sum.</summary>
    internal nint K;

    /// <summary>The number of columns.</summary>
    internal nint Width;

    /// <summary>Where the sums start: Start[i · StartRow + j]; or null, for zeros.</summary>
    internal T* Start;
    internal nint StartRow;

    /// <summary>C(i, j) = C[i · CRow + j].</summary>
    internal T* C;
    internal nint CRow;

    /// <summary>Whether every tile lies at C, since the epilogue is the only one to read it.</summary>
    internal bool StaysAtC;

    /// <summary>What follows when the tile is finished, and where it lies then; none but at the last term.</summary>
    internal Epilogue<T> Epilogue;
    internal nint Row;
    internal nint Column;

    /// <summary>Hands the tile that was just computed to the epilogue, and goes on to the rows below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Advance(nint rows)
    {
        if (Epilogue.Function != null)
        {
            Epilogue.Function(Epilogue.Context, new() { C = C, CRow = CRow, Row = Row, Column = Column, Rows = rows, Columns = Width });
        }

        A += rows * ARow;
        C += StaysAtC ? 0 : rows * CRow;
        Start += rows * StartRow;
        Row += rows;
    }
}

/// <summary>A tile of C, held in registers while k runs: the only place where matrix products are computed.</summary>
/// <remarks>
/// <para>
/// TRows × TWidth vectors of C. At each p the kernel loads a row of B (TWidth vectors), broadcasts TRows elements of column p of A,
/// and does TRows · TWidth multiply-adds. With 6 × 4 that is 10 loads for 24 multiply-adds: two of each can start per cycle, so
/// the multiply-adds bound it; 24 chains cover their latency of 4 cycles (8 would do); 24 + 4 + 1 registers of 32 are in use.
/// 8 × 3 and 12 × 2 do as well; a single vector takes 16 rows, and 17 loads for 16 multiply-adds. With 16 registers 4 × 3 takes 12 + 3 + 1.
/// </para>
/// <para>
/// TCopies is None or One: whether B is packed on the way, which costs next to nothing, while packing it beforehand waits for the memory.
/// </para>
/// <para>
/// Each element of C is one chain: start, plus bias, plus a(0)·b(0), plus a(1)·b(1), …. Blocking k, the size of the tile and
/// the number of threads therefore change no bit of the result.
/// </para>
/// <para>
/// Rows must be locals of their own: the JIT keeps neither arrays nor inline arrays in registers. Conditions on TRows are
/// constants; what they rule out is not compiled. AggressiveOptimization: otherwise the first calls run unoptimised, a hundred
/// times slower.
/// </para>
/// </remarks>
internal static unsafe class MicroKernel
{
    /// <summary>How far ahead a kernel that copies B asks for its rows, which are too far apart for the hardware to see: some 100 cycles.</summary>
    private const int RowsAhead = 10;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TVector, TRows, TWidth, TCopies>(in TileJob<T> job)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TRows : struct, ICount
        where TWidth : struct, ICount
        where TCopies : struct, ICount
    {
        Debug.Assert(TWidth.IsPart ? job.Width < TVector.Count : (job.Width + TVector.Count - 1) / TVector.Count == TWidth.Value, "The width does not fit.");
        TVector mask = TWidth.IsPart ? TVector.FirstElements(job.Width) : default;
        nint last = job.Width - TVector.Count;
        nint cRow = job.CRow;
        TileRow<T, TVector, TWidth> r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        TileRow<T, TVector, TWidth> r6 = default, r7 = default, r8 = default, r9 = default, r10 = default, r11 = default;
        TileRow<T, TVector, TWidth> r12 = default, r13 = default, r14 = default, r15 = default;

        if (job.Start != null)
        {
            T* start = job.Start;
            nint startRow = job.StartRow;
            r0.Load(start, last, mask);
            if (TRows.Value > 1) r1.Load(start += startRow, last, mask);
            if (TRows.Value > 2) r2.Load(start += startRow, last, mask);
            if (TRows.Value > 3) r3.Load(start += startRow, last, mask);
            if (TRows.Value > 4) r4.Load(start += startRow, last, mask);
            if (TRows.Value > 5) r5.Load(start += startRow, last, mask);
            if (TRows.Value > 6) r6.Load(start += startRow, last, mask);
            if (TRows.Value > 7) r7.Load(start += startRow, last, mask);
            if (TRows.Value > 8) r8.Load(start += startRow, last, mask);
            if (TRows.Value > 9) r9.Load(start += startRow, last, mask);
            if (TRows.Value > 10) r10.Load(start += startRow, last, mask);
            if (TRows.Value > 11) r11.Load(start += startRow, last, mask);
            if (TRows.Value > 12) r12.Load(start += startRow, last, mask);
            if (TRows.Value > 13) r13.Load(start += startRow, last, mask);
            if (TRows.Value > 14) r14.Load(start += startRow, last, mask);
            if (TRows.Value > 15) r15.Load(start + startRow, last, mask);
        }

        // Three rows hang on each pointer: base, base + row and base + 2 · row are addresses that x64 encodes.
        nint row = job.ARow * sizeof(T);
        nint aStep = job.AStep * sizeof(T);
        byte* a0 = (byte*)job.A;
        byte* a3 = a0 + (3 * row);
        byte* a6 = a3 + (3 * row);
        byte* a9 = a6 + (3 * row);
        byte* a12 = a9 + (3 * row);
        byte* a15 = a12 + (3 * row);
        T* b = job.B;
        nint bStep = job.BStep;
        T* copy = job.Copy;
        for (nint p = job.K; p > 0; p--)
        {
            TileRow<T, TVector, TWidth> br = default;
            br.Load(b, last, mask);
            if (TCopies.Value > 0)
            {
                br.Store(copy, last, mask);
                copy += last + TVector.Count;
                TileRow<T, TVector, TWidth>.Fetch(b + (RowsAhead * bStep));
            }

            b += bStep;
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
            a0 += aStep;
            if (TRows.Value > 3) a3 += aStep;
            if (TRows.Value > 6) a6 += aStep;
            if (TRows.Value > 9) a9 += aStep;
            if (TRows.Value > 12) a12 += aStep;
            if (TRows.Value > 15) a15 += aStep;
        }

        T* c = job.C;
        r0.Store(c, last, mask);
        if (TRows.Value > 1) r1.Store(c += cRow, last, mask);
        if (TRows.Value > 2) r2.Store(c += cRow, last, mask);
        if (TRows.Value > 3) r3.Store(c += cRow, last, mask);
        if (TRows.Value > 4) r4.Store(c += cRow, last, mask);
        if (TRows.Value > 5) r5.Store(c += cRow, last, mask);
        if (TRows.Value > 6) r6.Store(c += cRow, last, mask);
        if (TRows.Value > 7) r7.Store(c += cRow, last, mask);
        if (TRows.Value > 8) r8.Store(c += cRow, last, mask);
        if (TRows.Value > 9) r9.Store(c += cRow, last, mask);
        if (TRows.Value > 10) r10.Store(c += cRow, last, mask);
        if (TRows.Value > 11) r11.Store(c += cRow, last, mask);
        if (TRows.Value > 12) r12.Store(c += cRow, last, mask);
        if (TRows.Value > 13) r13.Store(c += cRow, last, mask);
        if (TRows.Value > 14) r14.Store(c += cRow, last, mask);
        if (TRows.Value > 15) r15.Store(c + cRow, last, mask);
    }
}
