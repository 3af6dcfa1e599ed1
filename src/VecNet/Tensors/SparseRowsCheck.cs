using System.Diagnostics.CodeAnalysis;

namespace VecNet;

/// <summary>Checks of compressed sparse rows.</summary>
internal static class SparseRowsCheck
{
    /// <summary>The starts must begin at 0 or later, ascend, and end at the number of indices and values or before.</summary>
    internal static void CheckStarts(ReadOnlySpan<int> rowStarts, int indices, int values)
    {
        if (rowStarts.IsEmpty)
        {
            throw new ArgumentException("There are no row starts; there must be one more than rows.", nameof(rowStarts));
        }

        if (indices != values)
        {
            throw new ArgumentException($"There are {indices} column indices and {values} values.", nameof(values));
        }

        int before = 0;
        for (int row = 0; row < rowStarts.Length; row++)
        {
            if (rowStarts[row] < before || rowStarts[row] > indices)
            {
                throw new ArgumentException(
                    $"The start of row {row} is {rowStarts[row]}; it must be from {before} to {indices}.", nameof(rowStarts));
            }

            before = rowStarts[row];
        }
    }

    [DoesNotReturn]
    internal static void ThrowIndex(ReadOnlySpan<int> starts, int position, int index, int columns, string name)
    {
        int row = 0;
        while (starts[row + 1] <= position)
        {
            row++;
        }

        throw new ArgumentOutOfRangeException(
            name, index, $"Row {row} has an element in column {index}; there are {columns} columns, from 0 on.");
    }
}
