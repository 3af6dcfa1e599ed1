using System.Numerics;

namespace VecNet;

/// <summary>Rows of memory that will be read soon.</summary>
internal unsafe struct Ahead
{
    internal byte* Row;
    internal nint Stride;
    internal nint Bytes;
    internal nint Rows;

    /// <summary>Asks for the next <paramref name="rows"/> rows.</summary>
    internal void Fetch(nint rows)
    {
        for (nint end = nint.Min(rows, Rows); end > 0; end--, Rows--, Row += Stride)
        {
            for (nint at = 0; at < Bytes; at += Machine.CacheLine)
            {
                Machine.Prefetch(Row + at);
            }
        }
    }
}

/// <summary>Runs the micro-kernel over the tiles of one panel.</summary>
internal static unsafe class Tiles
{
    /// <summary>All tiles of a panel of B against <paramref name="rows"/> rows of A, from top to bottom.</summary>
    /// <remarks>The rows are dealt out evenly: a tile of few rows would wait for B.</remarks>
    internal static void Run<T, TVector>(ref TileJob<T> job, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint vectors = job.Width < TVector.Count ? 0 : (job.Width + TVector.Count - 1) / TVector.Count;
        nint mr = Blocking.Mr(vectors);
        if (rows <= mr)
        {
            Run<T, TVector>(job, rows, vectors);
            return;
        }

        nint tiles = (rows + mr - 1) / mr;
        nint height = rows / tiles;
        nint higher = rows - (tiles * height);
        for (nint tile = 0; tile < tiles; tile++)
        {
            nint h = tile < higher ? height + 1 : height;
            Run<T, TVector>(job, h, vectors);
            job.A += h * job.ARow;
            job.C += h * job.CRow;
            job.Start += h * job.StartRow;
        }
    }

    /// <summary>The same, while memory that comes next is fetched.</summary>
    internal static void Run<T, TVector>(ref TileJob<T> job, nint rows, ref Ahead ahead)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint vectors = job.Width < TVector.Count ? 0 : (job.Width + TVector.Count - 1) / TVector.Count;
        nint mr = Blocking.Mr(vectors);
        nint tiles = (rows + mr - 1) / mr;
        nint height = rows / tiles;
        nint higher = rows - (tiles * height);
        nint share = (ahead.Rows + tiles - 1) / tiles;
        for (nint tile = 0; tile < tiles; tile++)
        {
            nint h = tile < higher ? height + 1 : height;
            Ahead c = new() { Row = (byte*)(job.C + (h * job.CRow)), Stride = job.CRow * sizeof(T), Bytes = job.Width * sizeof(T), Rows = tile + 1 < tiles ? h : 0 };
            c.Fetch(h);
            ahead.Fetch(share);
            Run<T, TVector>(job, h, vectors);
            job.A += h * job.ARow;
            job.C += h * job.CRow;
            job.Start += h * job.StartRow;
        }
    }

    private static void Run<T, TVector>(in TileJob<T> job, nint rows, nint vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        switch (vectors)
        {
            case 0: Upto12<T, TVector, Part>(job, rows); break;
            case 1: Upto12<T, TVector, One>(job, rows); break;
            case 2: Upto12<T, TVector, Two>(job, rows); break;
            case 3: Upto8<T, TVector, Three>(job, rows); break;
            default: Upto6<T, TVector, Four>(job, rows); break;
        }
    }

    private static void Upto12<T, TVector, TWidth>(in TileJob<T> job, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TWidth : struct, ICount
    {
        switch (rows)
        {
            case 9: MicroKernel.Run<T, TVector, Nine, TWidth>(job); break;
            case 10: MicroKernel.Run<T, TVector, Ten, TWidth>(job); break;
            case 11: MicroKernel.Run<T, TVector, Eleven, TWidth>(job); break;
            case 12: MicroKernel.Run<T, TVector, Twelve, TWidth>(job); break;
            default: Upto8<T, TVector, TWidth>(job, rows); break;
        }
    }

    private static void Upto8<T, TVector, TWidth>(in TileJob<T> job, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TWidth : struct, ICount
    {
        switch (rows)
        {
            case 7: MicroKernel.Run<T, TVector, Seven, TWidth>(job); break;
            case 8: MicroKernel.Run<T, TVector, Eight, TWidth>(job); break;
            default: Upto6<T, TVector, TWidth>(job, rows); break;
        }
    }

    private static void Upto6<T, TVector, TWidth>(in TileJob<T> job, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TWidth : struct, ICount
    {
        switch (rows)
        {
            case 1: MicroKernel.Run<T, TVector, One, TWidth>(job); break;
            case 2: MicroKernel.Run<T, TVector, Two, TWidth>(job); break;
            case 3: MicroKernel.Run<T, TVector, Three, TWidth>(job); break;
            case 4: MicroKernel.Run<T, TVector, Four, TWidth>(job); break;
            case 5: MicroKernel.Run<T, TVector, Five, TWidth>(job); break;
            default: MicroKernel.Run<T, TVector, Six, TWidth>(job); break;
        }
    }
}
