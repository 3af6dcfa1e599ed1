using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The operands of a product in terms of strides, so that transposed operands are nothing special.</summary>
/// <remarks>A(i, p) = A[i · ARow + p · AStep], B(p, j) = B[p · BStep + j · BColumn], C(i, j) = C[i · CRow + j].</remarks>
internal readonly unsafe struct Product<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal T* A { get; init; }

    internal nint ARow { get; init; }

    internal nint AStep { get; init; }

    internal T* B { get; init; }

    internal nint BStep { get; init; }

    internal nint BColumn { get; init; }

    internal T* C { get; init; }

    internal nint CRow { get; init; }

    internal T* Bias { get; init; }

    internal nint M { get; init; }

    internal nint N { get; init; }

    internal nint K { get; init; }

    internal bool Accumulate { get; init; }
}

/// <summary>The five loops around the micro-kernel: columns by nc, terms by kc, rows by mc, then tiles of nr and mr.</summary>
internal static unsafe class BlockedProduct
{
    /// <summary>C = A·B (+ C) (+ bias), with the widest vectors that the machine has.</summary>
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
        nint mr = Blocking.Mr<TVector, T>();
        nint nr = Blocking.Vectors<TVector, T>() * TVector.Count;
        nint kc = nint.Min(x.K, Blocking.Kc);
        nint nc = nint.Min(x.N, Blocking.RoundUp(Blocking.Nc, nr));
        nint mc = nint.Min(x.M, Blocking.RoundUp(Blocking.Mc, mr));

        bool packB = x.BColumn != 1 || (x.M >= Blocking.RowsWorthPacking && x.K * x.N * sizeof(T) > Blocking.Unpacked);
        bool packRemainder = x.N % TVector.Count != 0;
        nint panels = packB ? Blocking.RoundUp(nc, nr) : packRemainder ? nr : 0;
        T* buffer = PackingBuffer<T>.Rent(kc * panels);

        for (nint jc = 0; jc < x.N; jc += nc)
        {
            nint columns = nint.Min(nc, x.N - jc);
            nint pc = 0;
            do
            {
                nint k = nint.Min(kc, x.K - pc);
                for (nint ic = 0; ic < x.M; ic += mc)
                {
                    nint rows = nint.Min(mc, x.M - ic);
                    T* a = x.A + (ic * x.ARow) + (pc * x.AStep);
                    for (nint j = 0; j < columns; j += nr)
                    {
                        nint width = nint.Min(nr, columns - j);
                        nint wholeVectors = Blocking.RoundUp(width, TVector.Count);
                        bool packed = packB || width != wholeVectors;
                        T* b = x.B + (pc * x.BStep) + ((jc + j) * x.BColumn);
                        T* panel = packB ? buffer + (j * k) : buffer;
                        if (packed && ic == 0)
                        {
                            Packing.Panel(b, x.BStep, x.BColumn, k, width, wholeVectors, panel);
                        }

                        TileJob<T> job = new()
                        {
                            A = a,
                            ARow = x.ARow,
                            AStep = x.AStep,
                            B = packed ? panel : b,
                            BStep = packed ? wholeVectors : x.BStep,
                            K = k,
                            Start = x.Accumulate || pc > 0 ? x.C + (ic * x.CRow) + jc + j : null,
                            StartRow = x.CRow,
                            Bias = x.Bias != null && pc == 0 ? x.Bias + jc + j : null,
                            C = x.C + (ic * x.CRow) + jc + j,
                            CRow = x.CRow,
                        };
                        ColumnOfTiles<T, TVector>(ref job, rows, width);
                    }
                }

                pc += kc;
            }
            while (pc < x.K);
        }
    }

    /// <summary>All tiles of one panel of B, from top to bottom.</summary>
    private static void ColumnOfTiles<T, TVector>(ref TileJob<T> job, nint rows, nint width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint vectors = (width + TVector.Count - 1) / TVector.Count;
        if (width != vectors * TVector.Count)
        {
            PartialTiles<T, TVector>(ref job, rows, width, vectors);
            return;
        }

        nint mr = Blocking.Mr<TVector, T>();
        for (nint i = 0; i < rows; i += mr)
        {
            Tile<T, TVector>(job, nint.Min(mr, rows - i), vectors);
            job.A += mr * job.ARow;
            job.C += mr * job.CRow;
            job.Start = job.Start == null ? null : job.Start + (mr * job.StartRow);
        }
    }

    /// <summary>Tiles whose last vector is not full: they go through a tile of whole vectors on the stack, so that nothing outside C is touched.</summary>
    [SkipLocalsInit]
    private static void PartialTiles<T, TVector>(ref TileJob<T> job, nint rows, nint width, nint vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint mr = Blocking.Mr<TVector, T>();
        int stride = (int)vectors * TVector.Count;
        T* tile = stackalloc T[(MicroKernel.MaxRows + 1) * stride];
        new Span<T>(tile, (MicroKernel.MaxRows + 1) * stride).Clear();
        T* bias = tile + (MicroKernel.MaxRows * stride);
        T* c = job.C;
        bool resume = job.Start != null;
        if (job.Bias != null)
        {
            Copy(job.Bias, bias, width);
            job.Bias = bias;
        }

        job.Start = resume ? tile : null;
        job.StartRow = stride;
        job.C = tile;
        nint cRow = job.CRow;
        job.CRow = stride;
        for (nint i = 0; i < rows; i += mr)
        {
            nint height = nint.Min(mr, rows - i);
            for (nint r = 0; resume && r < height; r++)
            {
                Copy(c + (r * cRow), tile + (r * stride), width);
            }

            Tile<T, TVector>(job, height, vectors);
            for (nint r = 0; r < height; r++)
            {
                Copy(tile + (r * stride), c + (r * cRow), width);
            }

            job.A += mr * job.ARow;
            c += mr * cRow;
        }
    }

    private static void Copy<T>(T* source, T* destination, nint count)
        where T : unmanaged => new ReadOnlySpan<T>(source, (int)count).CopyTo(new Span<T>(destination, (int)count));

    private static void Tile<T, TVector>(in TileJob<T> job, nint rows, nint vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        switch (vectors)
        {
            case 1: Tile<T, TVector, One>(job, rows); break;
            case 2: Tile<T, TVector, Two>(job, rows); break;
            case 3: Tile<T, TVector, Three>(job, rows); break;
            default: Tile<T, TVector, Four>(job, rows); break;
        }
    }

    private static void Tile<T, TVector, TVectors>(in TileJob<T> job, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1: MicroKernel.Run<T, TVector, One, TVectors>(job); break;
            case 2: MicroKernel.Run<T, TVector, Two, TVectors>(job); break;
            case 3: MicroKernel.Run<T, TVector, Three, TVectors>(job); break;
            case 4: MicroKernel.Run<T, TVector, Four, TVectors>(job); break;
            case 5: MicroKernel.Run<T, TVector, Five, TVectors>(job); break;
            default: MicroKernel.Run<T, TVector, Six, TVectors>(job); break;
        }
    }
}
