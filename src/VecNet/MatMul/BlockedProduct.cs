using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The loops around the micro-kernel: columns by nc, terms by kc, rows by mc, then panels of nr and tiles of mr.</summary>
internal static unsafe class BlockedProduct
{
    /// <summary>Terms up to which one chain is no worse than what the other ways cost: 64 multiply-adds of a chain take 70 ns.</summary>
    private const int ShortSum = 64;

    /// <summary>C = A·B (+ C) (+ bias) on the caller's thread, with the widest vectors that the machine has.</summary>
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

        if (x.Bias != null && x.Accumulate)
        {
            RunOnBias<T, TVector>(x);
        }
        else if (TVector.HasParts && x.M == 1 && x.N < TVector.Count && x.K <= ShortSum && x.BColumn == 1 && x.CColumn == 1)
        {
            OneRow<T, TVector>(x);
        }
        else if (Direction.IsOuter<T, TVector>(x))
        {
            OuterProduct.Run<T, TVector>(x);
        }
        else if (Direction.IsThin<T, TVector>(x))
        {
            ThinProduct.Run<T, TVector>(x);
            Finish(x);
        }
        else if (Direction.TransposedIsFaster<T, TVector>(x))
        {
            if (x.Bias != null)
            {
                RunOnBias<T, TVector>(x);
            }
            else
            {
                Blocks<T, TVector>(x.Transposed());
                Finish(x);
            }
        }
        else if (x.N < TVector.Count && !TVector.HasParts && TVector.Count > 1)
        {
            Run<T, Scalar<T>>(x);
        }
        else if (Direction.RestIsFasterTransposed<T, TVector>(x, out nint rest))
        {
            Product<T> part = x;
            part.N -= rest;
            Run<T, TVector>(part);
            part.N = rest;
            part.FirstColumn += x.N - rest;
            part.B += (x.N - rest) * x.BColumn;
            part.C += x.N - rest;
            part.Bias = x.Bias == null ? null : x.Bias + (x.N - rest);
            Run<T, TVector>(part);
        }
        else if (x.K <= Blocking.Kc && x.M * x.K * sizeof(T) <= Caches.Level2 && !BlockOfB<T>.IsWorthPacking(x) && !BlockOfA<T>.IsWorthPacking(x))
        {
            OneBlock<T, TVector>(x);
        }
        else
        {
            Blocks<T, TVector>(x);
        }
    }

    /// <summary>Hands the whole C to the epilogue.</summary>
    private static void Finish<T>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Epilogue.Function != null)
        {
            x.Epilogue.Function(x.Epilogue.Context, new() { C = x.C, CRow = x.CRow, Row = x.FirstRow, Column = x.FirstColumn, Rows = x.M, Columns = x.N });
        }
    }

    /// <summary>Writes the bias into C first, where it cannot be the start of the sums.</summary>
    private static void RunOnBias<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        WriteBias(x);
        Product<T> onBias = x;
        onBias.Bias = null;
        onBias.Accumulate = true;
        Run<T, TVector>(onBias);
    }

    /// <summary>C = bias, or C += bias.</summary>
    internal static void WriteBias<T>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (nint i = 0; i < x.M; i++)
        {
            T* c = x.C + (i * x.CRow);
            for (nint j = 0; j < x.N; j++)
            {
                c[j] = x.Accumulate ? c[j] + x.Bias[j] : x.Bias[j];
            }
        }
    }

    /// <summary>A row that fits into one vector: what a small network consists of, straight to its tile.</summary>
    [SkipLocalsInit]
    private static void OneRow<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        Unsafe.SkipInit(out TileJob<T> job);
        job.A = x.A;
        job.ARow = x.ARow;
        job.AStep = x.AStep;
        job.B = x.B;
        job.BStep = x.BStep;
        job.Copy = null;
        job.K = x.K;
        job.Width = x.N;
        job.Start = x.Accumulate ? x.C : x.Bias;
        job.StartRow = 0;
        job.C = x.C;
        job.CRow = x.CRow;
        MicroKernel.Run<T, TVector, One, Part, None>(job);
        Finish(x);
    }

    /// <summary>Operands that stay in level 2 of the cache as they are: only a transposed B is packed, panel by panel.</summary>
    private static void OneBlock<T, TVector>(in Product<T> x)
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
        job.Epilogue = x.Epilogue;
        job.StaysAtC = x.Epilogue.IsAll;
        nint room = x.BColumn == 1 ? 0 : Blocking.RoundUp(x.K * nr, PackingBuffer<T>.Page);
        T* packed = room == 0 && !job.StaysAtC ? null : PackingBuffer<T>.Rent(room + (Blocking.MostRows * nr));
        for (nint j = 0; j < x.N; j += job.Width)
        {
            job.Width = Blocking.Cut(x.N - j, nr, TVector.Count);
            job.A = x.A;
            job.B = x.B + (j * x.BColumn);
            if (room != 0)
            {
                Packing.Transpose<T, TVector>(job.B, x.BColumn, job.Width, x.K, packed, job.Width);
                job.B = packed;
                job.BStep = job.Width;
            }

            job.C = job.StaysAtC ? packed + room : x.C + j;
            job.CRow = job.StaysAtC ? job.Width : x.CRow;
            job.Start = x.Accumulate ? job.C : x.Bias == null ? null : x.Bias + j;
            job.Row = x.FirstRow;
            job.Column = x.FirstColumn + j;
            Tiles.Run<T, TVector>(ref job, x.M);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks<T, TVector>(in Product<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint nr = Blocking.Vectors * TVector.Count;
        nint kc = nint.Clamp(x.K, 1, Blocking.Kc);
        nint nc = nint.Min(x.N, Blocking.RoundUp(Blocking.Nc<T>(), nr));
        nint mc = nint.Min(x.M, Blocking.Mc<T>());
        var a = new BlockOfA<T>(x, mc, kc);
        var b = new BlockOfB<T>(x, nc, kc);
        bool scattered = x.CColumn != 1;
        bool staysAtC = x.Epilogue.IsAll && x.K <= kc;
        bool isFar = ((x.M * x.K) + (x.K * x.N) + (x.M * x.N)) * sizeof(T) > Caches.Level2;
        T* packed = PackingBuffer<T>.Rent(a.Room + b.Room + (scattered ? mc * nr : staysAtC ? Blocking.MostRows * nr : 0));
        T* scratch = packed + a.Room + b.Room;
        TileJob<T> job = default;
        job.StaysAtC = staysAtC;

        for (nint jc = 0, columns; jc < x.N; jc += columns)
        {
            columns = Blocking.Cut(x.N - jc, nc, nr);
            for (nint pc = 0; pc == 0 || pc < x.K; pc += kc)
            {
                job.K = nint.Min(kc, x.K - pc);
                job.Epilogue = pc + kc >= x.K ? x.Epilogue : default;
                bool resume = x.Accumulate || pc > 0;
                b.Start(packed + a.Room, pc, jc, job.K, columns);
                for (nint ic = 0, rows; ic < x.M; ic += rows)
                {
                    rows = nint.Min(mc, x.M - ic);
                    T* aBlock = a.Start<TVector>(packed, ic, pc, rows, job.K);
                    for (nint j = 0; j < columns; j += job.Width)
                    {
                        job.Width = Blocking.Cut(columns - j, nr, TVector.Count);
                        job.A = aBlock;
                        job.ARow = a.Row;
                        job.AStep = a.Step;
                        job.Row = x.FirstRow + ic;
                        job.Column = x.FirstColumn + jc + j;
                        T* c = x.C + (ic * x.CRow) + ((jc + j) * x.CColumn);
                        job.C = scattered || staysAtC ? scratch : c;
                        job.CRow = scattered || staysAtC ? job.Width : x.CRow;
                        job.Start = resume ? job.C : x.Bias == null ? null : x.Bias + jc + j;
                        job.StartRow = resume ? job.CRow : 0;
                        if (scattered && resume)
                        {
                            Packing.Transpose<T, TVector>(c, x.CColumn, job.Width, rows, scratch, job.Width);
                        }

                        nint done = 0;
                        if (b.Take<TVector>(ref job, j, rows, isNew: ic == 0))
                        {
                            done = Blocking.Mr(Blocking.Vectors);
                            job.Advance(done);
                        }

                        if (isFar && done < rows)
                        {
                            Ahead ahead = b.Next(j + job.Width, Blocking.Cut(columns - j - job.Width, nr, TVector.Count), isNew: ic == 0);
                            Tiles.Run<T, TVector>(ref job, rows - done, ref ahead);
                        }
                        else if (done < rows)
                        {
                            Tiles.Run<T, TVector>(ref job, rows - done);
                        }

                        if (scattered)
                        {
                            Packing.Transpose<T, TVector>(scratch, job.Width, rows, job.Width, c, x.CColumn);
                        }
                    }
                }
            }
        }
    }
}
