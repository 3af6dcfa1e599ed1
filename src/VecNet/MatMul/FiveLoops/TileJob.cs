using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>The operands of one call of the micro-kernel. All strides are in elements.</summary>
internal unsafe struct TileJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The rows of A from the tile's first on; for a transposed A only the strides differ.</summary>
    internal MatrixOperand<T> A;

    /// <summary>Element (p, j) of the panel of B is B[p · BRowStride + j].</summary>
    internal T* B;

    /// <summary>The row stride of B.</summary>
    internal nint BRowStride;

    /// <summary>The memory into which the rows of B are packed, one after another; or null.</summary>
    internal T* PackedB;

    /// <summary>The number of tiles to compute, one below the other.</summary>
    internal nint Tiles;

    /// <summary>The number of terms of each sum.</summary>
    internal nint K;

    /// <summary>The number of columns.</summary>
    internal nint Width;

    /// <summary>The initial values of the sums, Start[i · StartRowStride + j]; or null for zeros.</summary>
    internal T* Start;

    /// <summary>The row stride of the initial values; 0 for a bias, which is the same for every row.</summary>
    internal nint StartRowStride;

    /// <summary>Element (i, j) of the tile is C[i · CRowStride + j].</summary>
    internal T* C;

    /// <summary>The row stride of C.</summary>
    internal nint CRowStride;

    /// <summary>Whether all calls use the same memory, since only the epilogue reads them.</summary>
    internal bool ReusesScratchTile;

    /// <summary>The epilogue of a finished tile; there is none before the last block of terms.</summary>
    internal Epilogue<T> Epilogue;

    /// <summary>The tile's first row in C.</summary>
    internal nint Row;

    /// <summary>The tile's first column in C.</summary>
    internal nint Column;

    /// <summary>Passes the rows of the tiles that were just computed to the epilogue, and moves to the rows below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Advance(nint rows)
    {
        Epilogue.Invoke(C, CRowStride, Row, Column, rows, Width);
        A.Pointer += rows * A.RowStride;
        C += ReusesScratchTile ? 0 : rows * CRowStride;
        Start += rows * StartRowStride;
        Row += rows;
    }
}
