using System.Diagnostics;
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
            job.Advance(rows);
            return;
        }

        nint tiles = (rows + mr - 1) / mr;
        nint height = rows / tiles;
        nint higher = rows - (tiles * height);
        for (nint tile = 0; tile < tiles; tile++)
        {
            nint h = tile < higher ? height + 1 : height;
            Run<T, TVector>(job, h, vectors);
            job.Advance(h);
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
            job.Advance(h);
        }
    }

    /// <summary>Whether there is a kernel that packs B while it computes a tile of so many rows.</summary>
    internal static bool CanCopy<TVector, T>(nint width, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        width == Blocking.Vectors * TVector.Count && rows >= Blocking.Mr(Blocking.Vectors);

    /// <summary>The first tile of a panel, while the panel is packed.</summary>
    internal static void RunAndCopy<T, TVector>(in TileJob<T> job)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if (Machine.Has32Registers)
        {
            MicroKernel.Run<T, TVector, Six, Four, One>(job);
        }
        else
        {
            MicroKernel.Run<T, TVector, Four, Three, One>(job);
        }
    }

    private static void Run<T, TVector>(in TileJob<T> job, nint rows, nint vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        switch (vectors)
        {
            case 0: Run<T, TVector, Part>(job, rows); break;
            case 1: Run<T, TVector, One>(job, rows); break;
            case 2: Run<T, TVector, Two>(job, rows); break;
            case 3: Run<T, TVector, Three>(job, rows); break;
            default: Run<T, TVector, Four>(job, rows); break;
        }
    }

    /// <summary>At most <see cref="Blocking.Mr"/> rows; what the width rules out is not compiled.</summary>
    private static void Run<T, TVector, TWidth>(in TileJob<T> job, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TWidth : struct, ICount
    {
        switch (rows)
        {
            case 1: MicroKernel.Run<T, TVector, One, TWidth, None>(job); break;
            case 2: MicroKernel.Run<T, TVector, Two, TWidth, None>(job); break;
            case 3: MicroKernel.Run<T, TVector, Three, TWidth, None>(job); break;
            case 4: MicroKernel.Run<T, TVector, Four, TWidth, None>(job); break;
            case 5: MicroKernel.Run<T, TVector, Five, TWidth, None>(job); break;
            case 6: MicroKernel.Run<T, TVector, Six, TWidth, None>(job); break;
            case 7 when TWidth.Value <= 3: MicroKernel.Run<T, TVector, Seven, TWidth, None>(job); break;
            case 8 when TWidth.Value <= 3: MicroKernel.Run<T, TVector, Eight, TWidth, None>(job); break;
            case 9 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, Nine, TWidth, None>(job); break;
            case 10 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, Ten, TWidth, None>(job); break;
            case 11 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, Eleven, TWidth, None>(job); break;
            case 12 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, Twelve, TWidth, None>(job); break;
            case 13 when TWidth.Value == 1: MicroKernel.Run<T, TVector, Thirteen, TWidth, None>(job); break;
            case 14 when TWidth.Value == 1: MicroKernel.Run<T, TVector, Fourteen, TWidth, None>(job); break;
            case 15 when TWidth.Value == 1: MicroKernel.Run<T, TVector, Fifteen, TWidth, None>(job); break;
            case 16 when TWidth.Value == 1: MicroKernel.Run<T, TVector, Sixteen, TWidth, None>(job); break;
            default: throw new UnreachableException();
        }
    }
}
