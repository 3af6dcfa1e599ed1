using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>What one run of the micro-kernel reads and writes. All strides are in elements.</summary>
internal unsafe struct TileJob<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The rows of A from the tile's first on: those of A and the columns of a transposed A differ in strides alone.</summary>
    internal MatrixOperand<T> A;

    /// <summary>Element (p, j) of the panel of B is B[p · BRowStride + j].</summary>
    internal T* B;

    /// <summary>The row stride of B.</summary>
    internal nint BRowStride;

    /// <summary>Where the rows of B are packed on the way, one after the other; or null.</summary>
    internal T* PackedB;

    /// <summary>The number of terms of each sum.</summary>
    internal nint K;

    /// <summary>The number of columns.</summary>
    internal nint Width;

    /// <summary>Where the sums start: Start[i · StartRowStride + j]; or null, for zeros.</summary>
    internal T* Start;

    /// <summary>The row stride of the start: 0 for a bias, which is the same for every row.</summary>
    internal nint StartRowStride;

    /// <summary>Element (i, j) of the tile is C[i · CRowStride + j].</summary>
    internal T* C;

    /// <summary>The row stride of C.</summary>
    internal nint CRowStride;

    /// <summary>Whether every tile lies in the same memory, since nothing but the epilogue reads it.</summary>
    internal bool ReusesScratchTile;

    /// <summary>What follows when the tile is finished; there is none before the last term.</summary>
    internal Epilogue<T> Epilogue;

    /// <summary>The row of the whole C in which the tile begins.</summary>
    internal nint Row;

    /// <summary>The column of the whole C in which the tile begins.</summary>
    internal nint Column;

    /// <summary>Hands the tile that was just computed to the epilogue, and goes on to the rows below.</summary>
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
