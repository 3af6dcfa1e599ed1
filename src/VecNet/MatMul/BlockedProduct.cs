using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The loops around the micro-kernel: columns by nc, terms by kc, rows by mc, then tiles of nr and mr.</summary>
internal static unsafe class BlockedProduct
{
    /// <summary>C = A·B (+ C) (+ bias), with the widest vectors that the machine has.</summary>
    internal static void Run<T>(in Product<T> product, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (threads > 1 && Split<T>.Run(product, threads))
        {
            return;
        }

        Run(product);
    }

    /// <summary>The same on the caller's thread.</summary>
    internal static void Run<T>(in Product<T> product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Machine.Has512)
        {
            Run<T, Wide512<T>>(product);
        }
        else if (Machine.HasVectors)
        {
            Run<T, Portable<T>>(product);
        }
        else
        {
            Run<T, Scalar<T>>(product);
        }
    }

    private static void Run<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if (x.M == 0 || x.N == 0)
        {
            return;
        }

        if (Direction.IsThin<T, TVector>(x))
        {
            ThinProduct.Run<T, TVector>(x);
        }
        else if (Direction.TransposedIsFaster<T, TVector>(x) || (x.Bias != null && x.Accumulate))
        {
            RunPrepared<T, TVector>(x);
        }
        else if (x.N < TVector.Count && !TVector.HasParts && TVector.Count > 1)
        {
            Run<T, Scalar<T>>(x);
        }
        else if (x.BColumn == 1 && x.CColumn == 1 && x.K <= Blocking.Kc && x.K * x.N * sizeof(T) <= Blocking.Unpacked)
        {
            Direct<T, TVector>(x);
        }
        else
        {
            Blocks<T, TVector>(x);
        }
    }

    /// <summary>Writes the bias into C first, where it cannot be the start of the sums.</summary>
    private static void RunPrepared<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        Product<T> prepared = x;
        if (x.Bias != null)
        {
            for (nint i = 0; i < x.M; i++)
            {
                for (nint j = 0; j < x.N; j++)
                {
                    T* c = x.C + (i * x.CRow) + (j * x.CColumn);
                    *c = x.Accumulate ? *c + x.Bias[j] : x.Bias[j];
                }
            }

            prepared.Bias = null;
            prepared.Accumulate = true;
        }

        if (Direction.TransposedIsFaster<T, TVector>(prepared))
        {
            prepared = prepared.Transposed();
            Blocks<T, TVector>(prepared);
        }
        else
        {
            Run<T, TVector>(prepared);
        }
    }

    /// <summary>Nothing is packed: the operands stay in the cache as they are.</summary>
    private static void Direct<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint nr = Blocking.Vectors * TVector.Count;
        TileJob<T> job = default;
        job.ARow = x.ARow;
        job.AStep = x.AStep;
        job.BStep = x.BStep;
        job.K = x.K;
        job.StartRow = x.Accumulate ? x.CRow : 0;
        job.CRow = x.CRow;
        for (nint j = 0; j < x.N; j += job.Width)
        {
            job.Width = Blocking.Cut(x.N - j, nr, TVector.Count);
            job.A = x.A;
            job.B = x.B + j;
            job.C = x.C + j;
            job.Start = x.Accumulate ? job.C : x.Bias == null ? null : x.Bias + j;
            Tiles.Run<T, TVector>(ref job, x.M);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint size = sizeof(T);
        nint nr = Blocking.Vectors * TVector.Count;
        nint kc = nint.Clamp(x.K, 1, Blocking.Kc);
        nint nc = nint.Min(x.N, Blocking.RoundUp(Blocking.Nc, nr));
        nint mc = nint.Min(x.M, x.CColumn != 1 ? 192 : Blocking.Mc);
        bool packB = x.BColumn != 1 || (x.M >= Blocking.RowsWorthPacking && x.K * x.N * size > Blocking.Unpacked);
        bool scattered = x.CColumn != 1;
        T* packed = PackingBuffer<T>.Rent((packB ? Blocking.RoundUp(kc * nc, 1024) : 0) + (scattered ? mc * nr : 0));
        T* scratch = packed + (packB ? Blocking.RoundUp(kc * nc, 1024) : 0);
        TileJob<T> job = default;
        job.ARow = x.ARow;
        job.AStep = x.AStep;

        for (nint jc = 0, columns; jc < x.N; jc += columns)
        {
            columns = Blocking.Cut(x.N - jc, nc, nr);
            for (nint pc = 0; pc == 0 || pc < x.K; pc += kc)
            {
                nint k = nint.Min(kc, x.K - pc);
                bool resume = x.Accumulate || pc > 0;
                T* block = x.B + (pc * x.BStep) + (jc * x.BColumn);
                job.K = k;
                for (nint ic = 0, rows; ic < x.M; ic += rows)
                {
                    rows = nint.Min(mc, x.M - ic);
                    for (nint j = 0, width; j < columns; j += width)
                    {
                        width = Blocking.Cut(columns - j, nr, TVector.Count);
                        T* b = block + (j * x.BColumn);
                        T* panel = packed + (j * k);
                        if (packB && ic == 0)
                        {
                            if (x.BColumn == 1)
                            {
                                Packing.Copy<T, TVector>(b, x.BStep, k, width, panel, width);
                            }
                            else
                            {
                                Packing.Transpose<T, TVector>(b, x.BColumn, width, k, panel, width);
                            }
                        }

                        job.A = x.A + (ic * x.ARow) + (pc * x.AStep);
                        job.B = packB ? panel : b;
                        job.BStep = packB ? width : x.BStep;
                        job.Width = width;
                        T* c = x.C + (ic * x.CRow) + ((jc + j) * x.CColumn);
                        job.C = scattered ? scratch : c;
                        job.CRow = scattered ? width : x.CRow;
                        job.Start = resume ? job.C : x.Bias == null ? null : x.Bias + jc + j;
                        job.StartRow = resume ? job.CRow : 0;
                        if (scattered && resume)
                        {
                            Packing.Transpose<T, TVector>(c, x.CColumn, width, rows, scratch, width);
                        }

                        Ahead ahead = default;
                        nint next = j + width;
                        if (Blocking.PrefetchB > 0 && next < columns)
                        {
                            nint nextWidth = Blocking.Cut(columns - next, nr, TVector.Count);
                            ahead = packB && ic > 0
                                ? new() { Row = (byte*)(panel + (width * k)), Stride = nextWidth * size, Bytes = nextWidth * size, Rows = k }
                                : x.BColumn == 1
                                ? new() { Row = (byte*)(block + next), Stride = x.BStep * size, Bytes = nextWidth * size, Rows = k }
                                : new() { Row = (byte*)(block + (next * x.BColumn)), Stride = x.BColumn * size, Bytes = k * size, Rows = nextWidth };
                        }

                        Tiles.Run<T, TVector>(ref job, rows, ref ahead);
                        if (scattered)
                        {
                            Packing.Transpose<T, TVector>(scratch, width, rows, width, c, x.CColumn);
                        }
                    }
                }
            }
        }
    }
}
