using System.Numerics;
using System.Runtime.CompilerServices;

namespace VecNet;

/// <summary>A block of C that is finished: a tile, a part of an outer product, or the whole of C.</summary>
internal unsafe struct FinishedBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Element (i, j) of the block lies at Pointer[i · RowStride + j].</summary>
    internal T* Pointer;

    /// <summary>The distance between two rows, in elements.</summary>
    internal nint RowStride;

    /// <summary>The row of the whole C in which the block begins.</summary>
    internal nint Row;

    /// <summary>The column of the whole C in which the block begins.</summary>
    internal nint Column;

    internal nint Rows;
    internal nint Columns;

    /// <summary>Whether the rows follow one another without a gap.</summary>
    internal readonly bool IsContiguous => RowStride == Columns;

    /// <summary>The elements of a contiguous block.</summary>
    internal readonly Span<T> Elements => new(Pointer, (int)(Rows * Columns));

    /// <summary>The elements as a matrix.</summary>
    internal readonly TensorView<T> View
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new((int)Rows, (int)Columns, (int)RowStride, new(Pointer, (int)(((Rows - 1) * RowStride) + Columns)));
    }

    /// <summary>The elements of one row.</summary>
    internal readonly Span<T> ElementsOf(nint row) => new(Pointer + (row * RowStride), (int)Columns);
}
