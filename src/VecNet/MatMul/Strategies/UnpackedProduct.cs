using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// Loops 2 and 1 alone: operands that stay in level 2 of the cache are read in place. Only a transposed B is packed, panel by panel.
/// </summary>
internal static unsafe class UnpackedProduct
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        nint nr = Blocking.Vectors * TVector.Count;
        TileJob<T> tile = default;
        tile.A.RowStride = x.A.RowStride;
        tile.A.ColumnStride = x.A.ColumnStride;
        tile.BRowStride = x.B.RowStride;
        tile.K = x.K;
        tile.StartRowStride = x.Accumulate ? x.C.RowStride : 0;
        tile.CRowStride = x.C.RowStride;
        tile.Epilogue = x.Epilogue;
        tile.ReusesScratchTile = x.Epilogue.DiscardsC;
        nint packedLength = x.B.ColumnStride == 1 ? 0 : Blocking.RoundUp(x.K * nr, PackingBuffer<T>.Page);
        T* packed = packedLength == 0 && !tile.ReusesScratchTile ? null : PackingBuffer<T>.Rent(packedLength + (Blocking.RowsOfCall * nr));
        for (nint j = 0; j < x.N; j += tile.Width)
        {
            tile.Width = Blocking.Cut(x.N - j, nr, TVector.Count);
            tile.A.Pointer = x.A.Pointer;
            tile.B = x.B.Pointer + (j * x.B.ColumnStride);
            if (packedLength != 0)
            {
                Packing.Transpose<T, TVector>(tile.B, x.B.ColumnStride, tile.Width, x.K, packed, tile.Width);
                tile.B = packed;
                tile.BRowStride = tile.Width;
            }

            tile.C = tile.ReusesScratchTile ? packed + packedLength : x.C.Pointer + j;
            tile.CRowStride = tile.ReusesScratchTile ? tile.Width : x.C.RowStride;
            tile.Start = x.Accumulate ? tile.C : x.Bias == null ? null : x.Bias + j;
            tile.Row = x.FirstRow;
            tile.Column = x.FirstColumn + j;
            Loop1.Run<T, TVector>(ref tile, x.M);
        }
    }
}
