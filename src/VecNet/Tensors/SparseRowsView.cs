using System.Diagnostics;
using System.Numerics;

namespace VecNet;

/// <summary>
/// A read-only view of spans as a sparse matrix in compressed sparse row (CSR) format; elements that are not stored are 0.
/// </summary>
/// <remarks>
/// Row i has the elements from <c>rowStarts[i]</c> up to <c>rowStarts[i + 1]</c>: each a column index and a value. Within a row the columns
/// may have any order; a column that occurs twice has the sum of its values. A view neither owns nor copies memory.
/// <code>
/// SparseRowsView&lt;float&gt; rows = SparseRows.FromDense&lt;float&gt;(matrix).View;
/// </code>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly ref struct SparseRowsView<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal readonly ReadOnlySpan<int> Starts;
    internal readonly ReadOnlySpan<int> Indices;
    internal readonly ReadOnlySpan<T> Values;

    /// <summary>Creates a view of the three spans of a CSR matrix.</summary>
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
    public SparseRowsView(ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> columnIndices, ReadOnlySpan<T> values, int columns)
        : this(columns, rowStarts, columnIndices, values)
    {
        ElementType.Check<T>();
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        SparseRowsCheck.CheckStarts(rowStarts, columnIndices.Length, values.Length);
        CheckIndices(nameof(columnIndices));
    }

    /// <summary>The same without the checks, for spans that have passed them.</summary>
    internal SparseRowsView(int columns, ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> columnIndices, ReadOnlySpan<T> values)
    {
        Starts = rowStarts;
        Indices = columnIndices;
        Values = values;
        Columns = columns;
    }

    /// <summary>The number of rows.</summary>
    public int Rows => int.Max(0, Starts.Length - 1);

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of stored elements.</summary>
    public int StoredElements => Starts.Length == 0 ? 0 : Starts[^1] - Starts[0];

    /// <summary>Whether no element is stored.</summary>
    public bool IsEmpty => StoredElements == 0;

    /// <summary>Whether there is a matrix; false only for the default value.</summary>
    internal bool HasValue => !Starts.IsEmpty;

    /// <summary>The columns of the stored elements of a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<int> GetColumnIndices(int row)
    {
        Shape.CheckIndex(row, Rows, nameof(row));
        return Indices[Starts[row]..Starts[row + 1]];
    }

    /// <summary>The values of the stored elements of a row, in the order of <see cref="GetColumnIndices"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<T> GetValues(int row)
    {
        Shape.CheckIndex(row, Rows, nameof(row));
        return Values[Starts[row]..Starts[row + 1]];
    }

    /// <summary>Gets <paramref name="count"/> rows, beginning with row <paramref name="start"/>, without copying.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rows are not all inside the view.</exception>
    public SparseRowsView<T> SliceRows(int start, int count)
    {
        Shape.CheckSlice(start, count, Rows, "row", nameof(start));
        return new(Columns, Starts.Length == 0 ? default : Starts.Slice(start, count + 1), Indices, Values);
    }

    /// <summary>Writes all elements, including those that are not stored.</summary>
    /// <param name="destination">Rows × columns, overwritten.</param>
    /// <exception cref="ArgumentException">The shape is different.</exception>
    public void CopyTo(TensorView<T> destination)
    {
        Shape.Check<T>(destination, Rows, Columns);
        destination.Clear();
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<int> columns = GetColumnIndices(row);
            ReadOnlySpan<T> values = GetValues(row);
            for (int i = 0; i < columns.Length; i++)
            {
                destination[row, columns[i]] += values[i];
            }
        }
    }

    /// <summary>The shape and the number of stored elements, for debuggers and messages.</summary>
    public override string ToString() => $"{Rows}×{Columns}, {StoredElements} stored elements";

    /// <summary>
    /// Checks that every index is one of a column. The loops over a view rely on it, and memory that the view is laid over may have changed
    /// since it was created.
    /// </summary>
    internal void CheckIndices(string name = "input")
    {
        if (IsEmpty)
        {
            return;
        }

        int wrong = Columns == 0 ? 0 : Indices[Starts[0]..Starts[^1]].IndexOfAnyExceptInRange(0, Columns - 1);
        if (wrong >= 0)
        {
            SparseRowsCheck.ThrowIndex(Starts, Starts[0] + wrong, Indices[Starts[0] + wrong], Columns, name);
        }
    }
}
