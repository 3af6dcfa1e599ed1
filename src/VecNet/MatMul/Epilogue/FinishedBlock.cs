using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A finished block of C: a tile, a part of an outer product, or all of C.</summary>
internal unsafe struct FinishedBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The address of the block: element (i, j) is Pointer[i · RowStride + j].</summary>
    internal T* Pointer;

    /// <summary>The distance between two rows, in elements.</summary>
    internal nint RowStride;

    /// <summary>The block's first row in C.</summary>
    internal nint Row;

    /// <summary>The block's first column in C.</summary>
    internal nint Column;

    internal nint Rows;
    internal nint Columns;

    /// <summary>The elements as a matrix.</summary>
    internal readonly TensorView<T> View
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new((int)Rows, (int)Columns, (int)RowStride, new(Pointer, (int)(((Rows - 1) * RowStride) + Columns)));
    }

    /// <summary>x = kernel(x) for each element x of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Apply<TKernel>(TKernel kernel)
        where TKernel : struct, IUnaryKernel<T>
    {
        // Rows without a gap are one row to the loop.
        bool hasGaps = RowStride != Columns;
        UnaryLoop.Run(Pointer, RowStride, Pointer, RowStride, hasGaps ? Rows : 1, hasGaps ? Columns : Rows * Columns, kernel);
    }

    /// <summary>x = kernel(y, x) for each element x of the block, where y stands at the same place of a matrix of the shape of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly void Apply<TKernel>(in BufferMatrix<T> matrix, TKernel kernel)
        where TKernel : struct, IBinaryKernel<T>
    {
        bool hasGaps = RowStride != Columns || matrix.RowStride != Columns;
        T* y = matrix.Pointer + (Row * matrix.RowStride) + Column;
        nint rows = hasGaps ? Rows : 1, columns = hasGaps ? Columns : Rows * Columns;
        BinaryLoop.Run(y, matrix.RowStride, Pointer, RowStride, Pointer, RowStride, rows, columns, kernel);
    }
}
