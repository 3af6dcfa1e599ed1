using System.Numerics;

namespace VecNet;

/// <summary>A part of a row-major matrix in memory: element (i, j) is Pointer[i · RowStride + j].</summary>
internal unsafe struct Submatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The padding after the rows of a submatrix that <see cref="Take"/> creates, so that rows do not all start in the same set of the
    /// cache.
    /// </summary>
    private const int Padding = 16;

    internal T* Pointer;
    internal nint RowStride;
    internal nint Rows;
    internal nint Columns;

    /// <summary>Creates a submatrix at <paramref name="free"/> and moves that pointer to its end.</summary>
    internal static Submatrix<T> Take(ref T* free, nint rows, nint columns)
    {
        Submatrix<T> matrix = new() { Pointer = free, RowStride = RowStrideOf(columns), Rows = rows, Columns = columns };
        free += SizeOf(rows, columns);
        return matrix;
    }

    /// <summary>The number of elements that <see cref="Take"/> takes.</summary>
    internal static nint SizeOf(nint rows, nint columns) => rows * RowStrideOf(columns);

    private static nint RowStrideOf(nint columns) => Blocking.RoundUp(columns, Padding) + Padding;
}
