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
