using System.Numerics;

namespace VecNet;

/// <summary>
/// The quadrants of a matrix. If the number of rows or columns is odd, the first half has one more, and the missing row or column counts
/// as zeros.
/// </summary>
internal unsafe struct Quadrants<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Submatrix<T> Q11;
    internal Submatrix<T> Q12;
    internal Submatrix<T> Q21;
    internal Submatrix<T> Q22;

    /// <summary>The quadrants of op(matrix), each as it is stored in memory.</summary>
    internal Quadrants(in Submatrix<T> matrix, bool isTransposed)
    {
        nint rows = (matrix.Rows + 1) / 2, columns = (matrix.Columns + 1) / 2;
        nint restOfRows = matrix.Rows - rows, restOfColumns = matrix.Columns - columns;
        T* below = matrix.Pointer + (rows * matrix.RowStride);
        Q11 = new() { Pointer = matrix.Pointer, RowStride = matrix.RowStride, Rows = rows, Columns = columns };
        Q22 = new() { Pointer = below + columns, RowStride = matrix.RowStride, Rows = restOfRows, Columns = restOfColumns };
        T* beside = matrix.Pointer + columns;
        Submatrix<T> right = new() { Pointer = beside, RowStride = matrix.RowStride, Rows = rows, Columns = restOfColumns };
        Submatrix<T> left = new() { Pointer = below, RowStride = matrix.RowStride, Rows = restOfRows, Columns = columns };
        Q12 = isTransposed ? left : right;
        Q21 = isTransposed ? right : left;
    }
}
