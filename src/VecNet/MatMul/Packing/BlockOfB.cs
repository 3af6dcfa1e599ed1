using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The block of B that the tiles read: in place or, if it is transposed or large, packed panel by panel.</summary>
internal unsafe struct BlockOfB<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most rows of A for which rows of B are packed.</summary>
    private const int MostRowsForRows = 64;

    /// <summary>The fewest columns for which rows of B are packed. It is an estimate: only 32,000 columns have been measured.</summary>
    private const int ColumnsForRows = 512;

    private readonly MatrixOperand<T> operand;
    private T* source;
    private T* packed;
    private nint k;
    private nint columns;

    internal BlockOfB(in MatrixProduct<T> x, nint nc, nint kc)
    {
        operand = x.B;
        IsPacked = x.B.ColumnStride != 1 || IsWorthPacking(x);
        Length = IsPacked ? Blocking.RoundUp(kc * nc, PackingBuffer<T>.Page) : 0;
    }

    internal readonly bool IsPacked;

    /// <summary>The number of elements of the packing buffer.</summary>
    internal readonly nint Length;

    /// <summary>Whether B, not transposed, is too large to be read in place, or its rows map to the same sets of the cache.</summary>
    internal static bool IsWorthPacking(in MatrixProduct<T> x) => x.M >= Blocking.RowsWorthPacking
        && (x.K * x.N * sizeof(T) > Blocking.Of<T>().Unpacked
            || (x.K > Blocking.Of<T>().RowsPerSet && x.B.RowStride * sizeof(T) % Blocking.Of<T>().SetDistance == 0));

    /// <summary>
    /// Whether whole rows of a block are packed before its tiles are computed, rather than each panel with its first tile. Few rows of A
    /// leave a B that lies in main memory too little time to arrive panel by panel, whose rows of a line or two no prefetcher follows:
    /// 32 × 32000 × 64 is 15 % faster on a Zen 3.
    /// </summary>
    internal static bool IsWorthPackingRows(in MatrixProduct<T> x) => x.M >= Blocking.RowsWorthPacking && x.M <= MostRowsForRows
        && x.B.ColumnStride == 1 && x.N >= ColumnsForRows && x.K * x.B.RowStride * sizeof(T) > Caches.Here.Level3.Bytes;

    /// <summary>Moves to the block from (term, column) on.</summary>
    internal void MoveTo(T* buffer, nint term, nint column, nint terms, nint width)
    {
        source = operand.At(term, column);
        packed = buffer;
        k = terms;
        columns = width;
    }

    /// <summary>Packs all panels of the block, which is at least a vector wide, row by row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly void PackRows<TVector>()
        where TVector : struct, IVector<TVector, T>
    {
        nint nr = Blocking.Vectors * TVector.Count;
        T* row = source;
        for (nint p = 0; p < k; p++, row += operand.RowStride)
        {
            for (nint j = 0, width; j < columns; j += width)
            {
                width = Blocking.Cut(columns - j, nr, TVector.Count);
                T* target = packed + (j * k) + (p * width);
                for (nint v = 0; v < width; v += TVector.Count)
                {
                    nint at = nint.Min(v, width - TVector.Count);
                    TVector.Store(TVector.Load(row + j + at), target + at);
                }
            }
        }
    }

    /// <summary>Points the tiles to the panel of their width from column <paramref name="j"/> on, which is packed when it is new.</summary>
    /// <returns>Whether the first tile has been computed while packing.</returns>
    internal readonly bool ReadPanel<TVector>(ref TileJob<T> tile, nint j, nint rows, bool isNew)
        where TVector : struct, IVector<TVector, T>
    {
        nint width = tile.Width;
        tile.B = source + (j * operand.ColumnStride);
        tile.BRowStride = operand.RowStride;
        if (!IsPacked)
        {
            return false;
        }

        T* panel = packed + (j * k);
        bool packsWhileComputing = isNew && operand.ColumnStride == 1 && Loop1.CanPack<TVector, T>(width, rows);
        if (packsWhileComputing)
        {
            tile.PackedB = panel;
            tile.Tiles = 1;
            T* c = tile.C;
            Loop1.RunAndPack<T, TVector>(ref tile);
            tile.Finish(c, Blocking.Mr(Blocking.Vectors));
        }
        else if (isNew && operand.ColumnStride == 1)
        {
            Packing.Copy<T, TVector>(tile.B, operand.RowStride, k, width, panel, width);
        }
        else if (isNew)
        {
            Packing.Transpose<T, TVector>(tile.B, operand.ColumnStride, width, k, panel, width);
        }

        tile.B = panel;
        tile.BRowStride = width;
        return packsWhileComputing;
    }

    /// <summary>The memory from which the panel at column <paramref name="j"/> will be read.</summary>
    internal readonly PrefetchRange NextPanel(nint j, nint width, bool isNew)
    {
        nint size = sizeof(T);
        if (j >= columns)
        {
            return default;
        }

        if (IsPacked && !isNew)
        {
            return new() { Row = (byte*)(packed + (j * k)), RowStride = width * size, Bytes = width * size, Rows = k };
        }

        byte* b = (byte*)(source + (j * operand.ColumnStride));
        return operand.ColumnStride == 1
            ? new() { Row = b, RowStride = operand.RowStride * size, Bytes = width * size, Rows = k }
            : new() { Row = b, RowStride = operand.ColumnStride * size, Bytes = k * size, Rows = width };
    }
}
