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

    /// <summary>The number of terms of each sum.</summary>
    internal nint K;

    /// <summary>Where the sums start: Start[i · StartRow + j], or zero where Start is null.</summary>
    internal T* Start;
    internal nint StartRow;

    /// <summary>A row added to every row before the first term, or null.</summary>
    internal T* Bias;

    /// <summary>C(i, j) = C[i · CRow + j].</summary>
    internal T* C;
    internal nint CRow;
}

/// <summary>A tile of C, held in registers while k runs: the only place where matrix products are computed.</summary>
/// <remarks>
/// <para>
/// TRows × TVectors accumulators (c23: row 2, vector 3), at most 6 × 4 = 24. At each p the kernel loads TVectors vectors of
/// row p of B, broadcasts TRows elements of column p of A, and does TRows · TVectors multiply-adds. With 6 × 4 that is 10 loads
/// for 24 multiply-adds: two of each can start per cycle, so the multiply-adds bound it; 24 chains cover their latency of 4 cycles
/// (8 would do); 24 + 4 + 1 registers of 32 are in use. With 16 registers 4 × 3 takes 12 + 3 + 1.
/// </para>
/// <para>
/// Each element of C is one chain: start, plus bias, plus a(0)·b(0), plus a(1)·b(1), …. Blocking k, the size of the tile and
/// the number of threads therefore change no bit of the result.
/// </para>
/// <para>
/// Accumulators must be locals of their own: the JIT keeps neither arrays nor inline arrays in registers. Hence the unrolled
/// text, and its length. Conditions on TRows and TVectors are constants; what they rule out is not compiled.
/// AggressiveOptimization: otherwise the first calls run unoptimised, a hundred times slower.
/// </para>
/// </remarks>
internal static unsafe class MicroKernel
{
    internal const int MaxRows = 6;
    internal const int MaxVectors = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<T, TVector, TRows, TVectors>(in TileJob<T> job)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TRows : struct, ICount
        where TVectors : struct, ICount
    {
        Debug.Assert(TRows.Value is >= 1 and <= MaxRows && TVectors.Value is >= 1 and <= MaxVectors, "The text has 6 rows of 4 vectors.");
        TVector zero = TVector.Broadcast(T.Zero);
        TVector c00 = zero, c01 = zero, c02 = zero, c03 = zero;
        TVector c10 = zero, c11 = zero, c12 = zero, c13 = zero;
        TVector c20 = zero, c21 = zero, c22 = zero, c23 = zero;
        TVector c30 = zero, c31 = zero, c32 = zero, c33 = zero;
        TVector c40 = zero, c41 = zero, c42 = zero, c43 = zero;
        TVector c50 = zero, c51 = zero, c52 = zero, c53 = zero;

        if (job.Start != null)
        {
            T* start = job.Start;
            c00 = TVector.Load(start);
            if (TVectors.Value > 1) c01 = TVector.Load(start + (1 * TVector.Count));
            if (TVectors.Value > 2) c02 = TVector.Load(start + (2 * TVector.Count));
            if (TVectors.Value > 3) c03 = TVector.Load(start + (3 * TVector.Count));

            if (TRows.Value > 1)
            {
                start += job.StartRow;
                c10 = TVector.Load(start);
                if (TVectors.Value > 1) c11 = TVector.Load(start + (1 * TVector.Count));
                if (TVectors.Value > 2) c12 = TVector.Load(start + (2 * TVector.Count));
                if (TVectors.Value > 3) c13 = TVector.Load(start + (3 * TVector.Count));
            }

            if (TRows.Value > 2)
            {
                start += job.StartRow;
                c20 = TVector.Load(start);
                if (TVectors.Value > 1) c21 = TVector.Load(start + (1 * TVector.Count));
                if (TVectors.Value > 2) c22 = TVector.Load(start + (2 * TVector.Count));
                if (TVectors.Value > 3) c23 = TVector.Load(start + (3 * TVector.Count));
            }

            if (TRows.Value > 3)
            {
                start += job.StartRow;
                c30 = TVector.Load(start);
                if (TVectors.Value > 1) c31 = TVector.Load(start + (1 * TVector.Count));
                if (TVectors.Value > 2) c32 = TVector.Load(start + (2 * TVector.Count));
                if (TVectors.Value > 3) c33 = TVector.Load(start + (3 * TVector.Count));
            }

            if (TRows.Value > 4)
            {
                start += job.StartRow;
                c40 = TVector.Load(start);
                if (TVectors.Value > 1) c41 = TVector.Load(start + (1 * TVector.Count));
                if (TVectors.Value > 2) c42 = TVector.Load(start + (2 * TVector.Count));
                if (TVectors.Value > 3) c43 = TVector.Load(start + (3 * TVector.Count));
            }

            if (TRows.Value > 5)
            {
                start += job.StartRow;
                c50 = TVector.Load(start);
                if (TVectors.Value > 1) c51 = TVector.Load(start + (1 * TVector.Count));
                if (TVectors.Value > 2) c52 = TVector.Load(start + (2 * TVector.Count));
                if (TVectors.Value > 3) c53 = TVector.Load(start + (3 * TVector.Count));
            }
        }

        if (job.Bias != null)
        {
            TVector bias0 = TVector.Load(job.Bias);
            c00 = TVector.Add(c00, bias0);
            if (TRows.Value > 1) c10 = TVector.Add(c10, bias0);
            if (TRows.Value > 2) c20 = TVector.Add(c20, bias0);
            if (TRows.Value > 3) c30 = TVector.Add(c30, bias0);
            if (TRows.Value > 4) c40 = TVector.Add(c40, bias0);
            if (TRows.Value > 5) c50 = TVector.Add(c50, bias0);

            if (TVectors.Value > 1)
            {
                TVector bias1 = TVector.Load(job.Bias + (1 * TVector.Count));
                c01 = TVector.Add(c01, bias1);
                if (TRows.Value > 1) c11 = TVector.Add(c11, bias1);
                if (TRows.Value > 2) c21 = TVector.Add(c21, bias1);
                if (TRows.Value > 3) c31 = TVector.Add(c31, bias1);
                if (TRows.Value > 4) c41 = TVector.Add(c41, bias1);
                if (TRows.Value > 5) c51 = TVector.Add(c51, bias1);
            }

            if (TVectors.Value > 2)
            {
                TVector bias2 = TVector.Load(job.Bias + (2 * TVector.Count));
                c02 = TVector.Add(c02, bias2);
                if (TRows.Value > 1) c12 = TVector.Add(c12, bias2);
                if (TRows.Value > 2) c22 = TVector.Add(c22, bias2);
                if (TRows.Value > 3) c32 = TVector.Add(c32, bias2);
                if (TRows.Value > 4) c42 = TVector.Add(c42, bias2);
                if (TRows.Value > 5) c52 = TVector.Add(c52, bias2);
            }

            if (TVectors.Value > 3)
            {
                TVector bias3 = TVector.Load(job.Bias + (3 * TVector.Count));
                c03 = TVector.Add(c03, bias3);
                if (TRows.Value > 1) c13 = TVector.Add(c13, bias3);
                if (TRows.Value > 2) c23 = TVector.Add(c23, bias3);
                if (TRows.Value > 3) c33 = TVector.Add(c33, bias3);
                if (TRows.Value > 4) c43 = TVector.Add(c43, bias3);
                if (TRows.Value > 5) c53 = TVector.Add(c53, bias3);
            }
        }

        // Rows 0–2 hang on one pointer and rows 3–5 on another: base, base + row and base + 2 · row are addresses that x64 encodes.
        byte* a = (byte*)job.A;
        nint row = job.ARow * sizeof(T);
        byte* aLower = a + (3 * row);
        nint aStep = job.AStep * sizeof(T);
        T* b = job.B;
        nint bStep = job.BStep;
        for (nint p = job.K; p > 0; p--)
        {
            TVector b0 = TVector.Load(b);
            TVector b1 = TVectors.Value > 1 ? TVector.Load(b + (1 * TVector.Count)) : zero;
            TVector b2 = TVectors.Value > 2 ? TVector.Load(b + (2 * TVector.Count)) : zero;
            TVector b3 = TVectors.Value > 3 ? TVector.Load(b + (3 * TVector.Count)) : zero;
            b += bStep;

            TVector a0 = TVector.Broadcast(*(T*)(a));
            c00 = TVector.MultiplyAdd(a0, b0, c00);
            if (TVectors.Value > 1) c01 = TVector.MultiplyAdd(a0, b1, c01);
            if (TVectors.Value > 2) c02 = TVector.MultiplyAdd(a0, b2, c02);
            if (TVectors.Value > 3) c03 = TVector.MultiplyAdd(a0, b3, c03);

            if (TRows.Value > 1)
            {
                TVector a1 = TVector.Broadcast(*(T*)(a + row));
                c10 = TVector.MultiplyAdd(a1, b0, c10);
                if (TVectors.Value > 1) c11 = TVector.MultiplyAdd(a1, b1, c11);
                if (TVectors.Value > 2) c12 = TVector.MultiplyAdd(a1, b2, c12);
                if (TVectors.Value > 3) c13 = TVector.MultiplyAdd(a1, b3, c13);
            }

            if (TRows.Value > 2)
            {
                TVector a2 = TVector.Broadcast(*(T*)(a + (2 * row)));
                c20 = TVector.MultiplyAdd(a2, b0, c20);
                if (TVectors.Value > 1) c21 = TVector.MultiplyAdd(a2, b1, c21);
                if (TVectors.Value > 2) c22 = TVector.MultiplyAdd(a2, b2, c22);
                if (TVectors.Value > 3) c23 = TVector.MultiplyAdd(a2, b3, c23);
            }

            if (TRows.Value > 3)
            {
                TVector a3 = TVector.Broadcast(*(T*)(aLower));
                c30 = TVector.MultiplyAdd(a3, b0, c30);
                if (TVectors.Value > 1) c31 = TVector.MultiplyAdd(a3, b1, c31);
                if (TVectors.Value > 2) c32 = TVector.MultiplyAdd(a3, b2, c32);
                if (TVectors.Value > 3) c33 = TVector.MultiplyAdd(a3, b3, c33);
            }

            if (TRows.Value > 4)
            {
                TVector a4 = TVector.Broadcast(*(T*)(aLower + row));
                c40 = TVector.MultiplyAdd(a4, b0, c40);
                if (TVectors.Value > 1) c41 = TVector.MultiplyAdd(a4, b1, c41);
                if (TVectors.Value > 2) c42 = TVector.MultiplyAdd(a4, b2, c42);
                if (TVectors.Value > 3) c43 = TVector.MultiplyAdd(a4, b3, c43);
            }

            if (TRows.Value > 5)
            {
                TVector a5 = TVector.Broadcast(*(T*)(aLower + (2 * row)));
                c50 = TVector.MultiplyAdd(a5, b0, c50);
                if (TVectors.Value > 1) c51 = TVector.MultiplyAdd(a5, b1, c51);
                if (TVectors.Value > 2) c52 = TVector.MultiplyAdd(a5, b2, c52);
                if (TVectors.Value > 3) c53 = TVector.MultiplyAdd(a5, b3, c53);
            }

            a += aStep;
            aLower += aStep;
        }

        T* c = job.C;
        TVector.Store(c00, c);
        if (TVectors.Value > 1) TVector.Store(c01, c + (1 * TVector.Count));
        if (TVectors.Value > 2) TVector.Store(c02, c + (2 * TVector.Count));
        if (TVectors.Value > 3) TVector.Store(c03, c + (3 * TVector.Count));

        if (TRows.Value > 1)
        {
            c += job.CRow;
            TVector.Store(c10, c);
            if (TVectors.Value > 1) TVector.Store(c11, c + (1 * TVector.Count));
            if (TVectors.Value > 2) TVector.Store(c12, c + (2 * TVector.Count));
            if (TVectors.Value > 3) TVector.Store(c13, c + (3 * TVector.Count));
        }

        if (TRows.Value > 2)
        {
            c += job.CRow;
            TVector.Store(c20, c);
            if (TVectors.Value > 1) TVector.Store(c21, c + (1 * TVector.Count));
            if (TVectors.Value > 2) TVector.Store(c22, c + (2 * TVector.Count));
            if (TVectors.Value > 3) TVector.Store(c23, c + (3 * TVector.Count));
        }

        if (TRows.Value > 3)
        {
            c += job.CRow;
            TVector.Store(c30, c);
            if (TVectors.Value > 1) TVector.Store(c31, c + (1 * TVector.Count));
            if (TVectors.Value > 2) TVector.Store(c32, c + (2 * TVector.Count));
            if (TVectors.Value > 3) TVector.Store(c33, c + (3 * TVector.Count));
        }

        if (TRows.Value > 4)
        {
            c += job.CRow;
            TVector.Store(c40, c);
            if (TVectors.Value > 1) TVector.Store(c41, c + (1 * TVector.Count));
            if (TVectors.Value > 2) TVector.Store(c42, c + (2 * TVector.Count));
            if (TVectors.Value > 3) TVector.Store(c43, c + (3 * TVector.Count));
        }

        if (TRows.Value > 5)
        {
            c += job.CRow;
            TVector.Store(c50, c);
            if (TVectors.Value > 1) TVector.Store(c51, c + (1 * TVector.Count));
            if (TVectors.Value > 2) TVector.Store(c52, c + (2 * TVector.Count));
            if (TVectors.Value > 3) TVector.Store(c53, c + (3 * TVector.Count));
        }
    }
}
