using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>
/// A row of C that fits into one vector, computed as a tile without the loops around it: small networks consist of such products.
/// </summary>
internal static unsafe class OneVectorProduct
{
    /// <remarks>
    /// The fields are set one by one: a copy of fields that have just been written in smaller pieces would wait until they have left the
    /// store buffer.
    /// </remarks>
    [SkipLocalsInit]
    internal static void Run<T, TVector>(in MatrixProduct<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct, IVector<TVector, T>
    {
        Unsafe.SkipInit(out TileJob<T> tile);
        tile.A.Pointer = x.A.Pointer;
        tile.A.RowStride = x.A.RowStride;
        tile.A.ColumnStride = x.A.ColumnStride;
        tile.B = x.B.Pointer;
        tile.BRowStride = x.B.RowStride;
        tile.PackedB = null;
        tile.K = x.K;
        tile.Width = x.N;
        tile.Start = x.Accumulate ? x.C.Pointer : x.Bias;
        tile.StartRowStride = 0;
        tile.C = x.C.Pointer;
        tile.CRowStride = x.C.RowStride;
        tile.Tiles = 1;
        MicroKernel.Run<T, TVector, N1, Masked, N0>(tile);
    }
}
