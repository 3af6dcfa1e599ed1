using System.Numerics;

namespace VecNet;

/// <summary>Rows of indices, each of which is an integer, or an element of type float or double whose value is one.</summary>
internal readonly ref struct IndexRows<TIndex>
    where TIndex : unmanaged, INumber<TIndex>
{
    internal readonly ReadOnlySpan<TIndex> Span;

    internal IndexRows(ReadOnlySpan<TIndex> span, int rows, int columns, int rowStride)
    {
        Span = span;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
    }

    internal int Rows { get; }

    internal int Columns { get; }

    internal int RowStride { get; }

    /// <summary>The indices of one row.</summary>
    internal ReadOnlySpan<TIndex> Row(int row) => Columns == 0 ? default : Span.Slice(row * RowStride, Columns);

    /// <summary>The index with the given number, in the order of the rows.</summary>
    internal int At(int number)
    {
        (int row, int column) = Columns == 1 ? (number, 0) : int.DivRem(number, Columns);
        return int.CreateTruncating(Span[(row * RowStride) + column]);
    }

    /// <summary>One column.</summary>
    internal IndexRows<TIndex> Column(int column) => new(Rows == 0 ? Span : Span[column..], Rows, 1, RowStride);

    /// <summary>Throws unless each index is that of an entry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not an integer in [0, entries).</exception>
    internal void Check(int entries)
    {
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<TIndex> x = Row(row);
            for (int position = 0; position < x.Length; position++)
            {
                // A fraction differs from its integer part, and a NaN from everything.
                int entry = int.CreateSaturating(x[position]);
                if (!((uint)entry < (uint)entries && TIndex.CreateTruncating(entry) == x[position]))
                {
                    throw new ArgumentOutOfRangeException(
                        "indices", x[position],
                        $"The index in row {row}, position {position} is {x[position]}; it must be an integer from 0 to {entries - 1}.");
                }
            }
        }
    }
}

/// <summary>Creates rows of indices.</summary>
internal static class IndexRows
{
    /// <summary>The elements of a view.</summary>
    internal static IndexRows<T> Of<T>(ReadOnlyTensorView<T> view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(view.Span, view.Rows, view.Columns, view.RowStride);

    /// <summary>Integers, one for each row.</summary>
    internal static IndexRows<int> OfOne(ReadOnlySpan<int> indices) => new(indices, indices.Length, 1, 1);

    /// <summary>Integers, as many for each of the given number of rows.</summary>
    internal static IndexRows<int> OfRows(ReadOnlySpan<int> indices, int rows)
    {
        int columns = rows == 0 ? 1 : indices.Length / rows;
        return new(indices, rows, columns, columns);
    }

    /// <summary>Integers, as many for each row of values, which has <paramref name="dimension"/> columns for each.</summary>
    /// <exception cref="ArgumentException">They cannot be divided among the rows.</exception>
    internal static IndexRows<int> Of<T>(ReadOnlySpan<int> indices, ReadOnlyTensorView<T> values, int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = values.Rows;
        int columns = rows > 0 ? indices.Length / rows : dimension > 0 ? values.Columns / dimension : 0;
        return (long)columns * rows == indices.Length ? new(indices, rows, columns, columns) : throw new ArgumentException(
            $"There are {indices.Length} indices for {rows} rows of values; each row must have as many.", nameof(indices));
    }
}
