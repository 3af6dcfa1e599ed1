using System.Numerics;

namespace VecNet;

/// <summary>Creates <see cref="SparseRows{T}"/>.</summary>
/// <remarks>
/// <code>
/// SparseRows&lt;float&gt; rows = SparseRows.FromDense&lt;float&gt;(matrix);
/// </code>
/// </remarks>
public static class SparseRows
{
    /// <summary>Creates a sparse matrix that stores the nonzero elements of a dense one.</summary>
    public static SparseRows<T> FromDense<T>(ReadOnlyTensorView<T> matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sparse = new SparseRows<T>(matrix.Columns, matrix.Rows);
        for (int row = 0; row < matrix.Rows; row++)
        {
            ReadOnlySpan<T> elements = matrix.Row(row);
            int[] columns = [.. Enumerable.Range(0, elements.Length)];
            int count = 0;
            T[] kept = new T[elements.Length];
            for (int column = 0; column < elements.Length; column++)
            {
                if (!T.IsZero(elements[column]))
                {
                    (columns[count], kept[count]) = (column, elements[column]);
                    count++;
                }
            }

            sparse.Append(columns.AsSpan(0, count), kept.AsSpan(0, count));
        }

        return sparse;
    }
}
