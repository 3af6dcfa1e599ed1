using System.Numerics;

namespace VecNet;

/// <summary>A part of a row-major matrix, as it lies in memory: element (i, j) at Pointer[i · RowStride + j].</summary>
internal unsafe struct Submatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Elements after the rows of a submatrix made by <see cref="Take"/>, so that rows do not all start in the same set of the cache.
    /// </summary>
    private const int Padding = 16;

    internal T* Pointer;
    internal nint RowStride;
    internal nint Rows;
    internal nint Columns;

    /// <summary>A submatrix at <paramref name="room"/>, which moves to the end of it.</summary>
    internal static Submatrix<T> Take(ref T* room, nint rows, nint columns)
    {
        Submatrix<T> matrix = new() { Pointer = room, RowStride = RowStrideOf(columns), Rows = rows, Columns = columns };
        room += SizeOf(rows, columns);
        return matrix;
    }

    /// <summary>Elements that <see cref="Take"/> takes.</summary>
    internal static nint SizeOf(nint rows, nint columns) => rows * RowStrideOf(columns);

    private static nint RowStrideOf(nint columns) => Blocking.RoundUp(columns, Padding) + Padding;
}
