using System.Diagnostics;
using System.Numerics;

namespace VecNet;

/// <summary>
/// A sparse matrix in compressed sparse row (CSR) format, which owns its memory; elements that are not stored are 0. The memory is that of
/// the stored elements, whatever the number of columns.
/// </summary>
/// <remarks>
/// Row i has the elements from <c>rowStarts[i]</c> up to <c>rowStarts[i + 1]</c>: each a column index and a value. Within a row the
/// columns may have any order; a column that occurs twice has the sum of its values.
/// <code>
/// // [0 2 0 0]
/// // [1 0 0 3]
/// var rows = new SparseRows&lt;float&gt;(rowStarts: [0, 1, 3], columnIndices: [1, 0, 3], values: [2, 1, 3], columns: 4);
/// ReadOnlyTensorView&lt;float&gt; outputs = network.Predict(rows.View, workspace);
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{View.ToString(),nq}")]
public sealed class SparseRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int[] starts;
    private int[] indices;
    private T[] values;

    /// <summary>Creates a matrix of the given elements, which are copied.</summary>
    /// <param name="rowStarts">
    /// The offset of each row's first element in the other spans, and the end of the last row: one more than there are rows, ascending.
    /// </param>
    /// <param name="columnIndices">The column of each element, from 0.</param>
    /// <param name="values">The value of each element.</param>
    /// <param name="columns">The number of columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number of columns is negative, or an index is not one of a column; the message names the row.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The row starts are empty, descending or out of range, or the numbers of indices and values differ.
    /// </exception>
    public SparseRows(ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> columnIndices, ReadOnlySpan<T> values, int columns)
        : this(columns)
    {
        var view = new SparseRowsView<T>(rowStarts, columnIndices, values, columns);
        for (int row = 0; row < view.Rows; row++)
        {
            Append(view.GetColumnIndices(row), view.GetValues(row));
        }
    }

    /// <summary>Creates a matrix without rows, to which rows can be appended.</summary>
    internal SparseRows(int columns, int rows = 0, int elements = 0)
    {
        ElementType.Check<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        Columns = columns;
        starts = new int[rows + 1];
        indices = new int[elements];
        values = new T[elements];
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of stored elements.</summary>
    public int StoredElements => starts[Rows];

    /// <summary>All rows.</summary>
    public SparseRowsView<T> View =>
        new(Columns, starts.AsSpan(0, Rows + 1), indices.AsSpan(0, StoredElements), values.AsSpan(0, StoredElements));

    /// <summary>Converts the matrix to a dense one.</summary>
    public TensorBuffer<T> ToDense()
    {
        var dense = new TensorBuffer<T>(Rows, Columns);
        View.CopyTo(dense.View);
        return dense;
    }

    /// <summary>Creates a matrix of the given rows, in their order; a row may occur more than once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public SparseRows<T> Select(ReadOnlySpan<int> rows)
    {
        var selection = new SparseRows<T>(Columns, rows.Length);
        selection.CopyRows(this, rows);
        return selection;
    }

    /// <summary>Removes all rows; the memory is kept.</summary>
    internal void Clear() => Rows = 0;

    /// <summary>Replaces all rows by some of another matrix; memory is allocated only if there is not enough.</summary>
    internal void CopyRows(SparseRows<T> source, ReadOnlySpan<int> rows)
    {
        Clear();
        SparseRowsView<T> view = source.View;
        foreach (int row in rows)
        {
            Append(view.GetColumnIndices(row), view.GetValues(row));
        }
    }

    /// <summary>Adds rows without stored elements.</summary>
    internal void AppendEmpty(int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            AppendRow(0, out _);
        }
    }

    /// <summary>Adds a row, whose indices have been checked.</summary>
    internal void Append(ReadOnlySpan<int> columnIndices, ReadOnlySpan<T> rowValues)
    {
        Span<int> newIndices = AppendRow(columnIndices.Length, out Span<T> newValues);
        columnIndices.CopyTo(newIndices);
        rowValues.CopyTo(newValues);
    }

    /// <summary>Adds a row of the given number of elements, which the caller then writes.</summary>
    internal Span<int> AppendRow(int elements, out Span<T> newValues)
    {
        int begin = StoredElements;
        int end = checked(begin + elements);
        if (end > indices.Length)
        {
            int length = (int)long.Min(Array.MaxLength, long.Max(end, 2L * indices.Length));
            Array.Resize(ref indices, length);
            Array.Resize(ref values, length);
        }

        if (Rows + 2 > starts.Length)
        {
            Array.Resize(ref starts, int.Max(Rows + 2, 2 * starts.Length));
        }

        Rows++;
        starts[Rows] = end;
        newValues = values.AsSpan(begin, elements);
        return indices.AsSpan(begin, elements);
    }
}
