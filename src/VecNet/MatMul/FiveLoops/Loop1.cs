using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>Loop 1 around the micro-kernel: the tiles of a panel, each of mr rows, from top to bottom.</summary>
internal static unsafe class Loop1
{
    /// <summary>Computes all tiles of a panel of B with <paramref name="rows"/> rows of A.</summary>
    /// <remarks>The rows are distributed evenly: a tile of few rows would wait for B.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, TVector>(ref TileJob<T> tile, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint vectors = tile.Width < TVector.Count ? 0 : (tile.Width + TVector.Count - 1) / TVector.Count;
        nint mr = Blocking.Mr(vectors);
        if (rows <= mr)
        {
            tile.Tiles = 1;
            Run<T, TVector>(tile, rows, vectors);
            tile.Advance(rows);
            return;
        }

        nint tiles = (rows + mr - 1) / mr;
        nint height = rows / tiles;
        nint higher = rows - (tiles * height);
        nint most = Blocking.RowsOfCall / mr;
        for (nint i = 0; i < tiles; i += tile.Tiles)
        {
            nint h = i < higher ? height + 1 : height;
            tile.Tiles = nint.Min(most, (i < higher ? higher : tiles) - i);
            Run<T, TVector>(tile, h, vectors);
            tile.Advance(tile.Tiles * h);
        }
    }

    /// <summary>The same, while memory that is read next is prefetched.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, TVector>(ref TileJob<T> tile, nint rows, ref PrefetchRange next)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint vectors = tile.Width < TVector.Count ? 0 : (tile.Width + TVector.Count - 1) / TVector.Count;
        nint mr = Blocking.Mr(vectors);
        nint tiles = (rows + mr - 1) / mr;
        nint height = rows / tiles;
        nint higher = rows - (tiles * height);
        nint share = (next.Rows + tiles - 1) / tiles;
        nint most = Blocking.RowsOfCall / mr;
        for (nint i = 0; i < tiles; i += tile.Tiles)
        {
            nint h = i < higher ? height + 1 : height;
            tile.Tiles = nint.Min(most, (i < higher ? higher : tiles) - i);
            nint done = tile.Tiles * h;
            PrefetchRange below = new()
            {
                Row = (byte*)(tile.C + (done * tile.CRowStride)),
                RowStride = tile.CRowStride * sizeof(T),
                Bytes = tile.Width * sizeof(T),
                Rows = i + tile.Tiles < tiles ? done : 0,
            };
            below.Prefetch(done);
            next.Prefetch(share * tile.Tiles);
            Run<T, TVector>(tile, h, vectors);
            tile.Advance(done);
        }
    }

    /// <summary>Whether there is a micro-kernel that packs B while it computes a tile of so many rows.</summary>
    internal static bool CanPack<TVector, T>(nint width, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T> =>
        width == Blocking.Vectors * TVector.Count && rows >= Blocking.Mr(Blocking.Vectors);

    /// <summary>Computes the first tile of a panel while the panel is packed.</summary>
    internal static void RunAndPack<T, TVector>(in TileJob<T> tile)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        if (Machine.Has32Registers)
        {
            MicroKernel.Run<T, TVector, N6, N4, N1>(tile);
        }
        else
        {
            MicroKernel.Run<T, TVector, N4, N3, N1>(tile);
        }
    }

    private static void Run<T, TVector>(in TileJob<T> tile, nint rows, nint vectors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        switch (vectors)
        {
            case 0: Run<T, TVector, Masked>(tile, rows); break;
            case 1: Run<T, TVector, N1>(tile, rows); break;
            case 2: Run<T, TVector, N2>(tile, rows); break;
            case 3: Run<T, TVector, N3>(tile, rows); break;
            default: Run<T, TVector, N4>(tile, rows); break;
        }
    }

    /// <summary>At most <see cref="Blocking.Mr"/> rows; cases that the width rules out are not compiled.</summary>
    private static void Run<T, TVector, TWidth>(in TileJob<T> tile, nint rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
        where TWidth : struct, ICount
    {
        switch (rows)
        {
            case 1: MicroKernel.Run<T, TVector, N1, TWidth, N0>(tile); break;
            case 2: MicroKernel.Run<T, TVector, N2, TWidth, N0>(tile); break;
            case 3: MicroKernel.Run<T, TVector, N3, TWidth, N0>(tile); break;
            case 4: MicroKernel.Run<T, TVector, N4, TWidth, N0>(tile); break;
            case 5: MicroKernel.Run<T, TVector, N5, TWidth, N0>(tile); break;
            case 6: MicroKernel.Run<T, TVector, N6, TWidth, N0>(tile); break;
            case 7 when TWidth.Value <= 3: MicroKernel.Run<T, TVector, N7, TWidth, N0>(tile); break;
            case 8 when TWidth.Value <= 3: MicroKernel.Run<T, TVector, N8, TWidth, N0>(tile); break;
            case 9 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, N9, TWidth, N0>(tile); break;
            case 10 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, N10, TWidth, N0>(tile); break;
            case 11 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, N11, TWidth, N0>(tile); break;
            case 12 when TWidth.Value <= 2: MicroKernel.Run<T, TVector, N12, TWidth, N0>(tile); break;
            case 13 when TWidth.Value == 1: MicroKernel.Run<T, TVector, N13, TWidth, N0>(tile); break;
            case 14 when TWidth.Value == 1: MicroKernel.Run<T, TVector, N14, TWidth, N0>(tile); break;
            case 15 when TWidth.Value == 1: MicroKernel.Run<T, TVector, N15, TWidth, N0>(tile); break;
            case 16 when TWidth.Value == 1: MicroKernel.Run<T, TVector, N16, TWidth, N0>(tile); break;
            default: throw new UnreachableException();
        }
    }
}
