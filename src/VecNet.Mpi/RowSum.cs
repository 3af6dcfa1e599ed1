using System.Numerics;
using System.Numerics.Tensors;

namespace VecNet.Mpi;

/// <summary>The sum of the sparse gradients of some shards for one parameter: its rows, each with a vector.</summary>
/// <param name="limit">The number of rows of the parameter.</param>
/// <param name="columns">The length of a row.</param>
internal sealed class RowSum<T>(int limit, int columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] rows = new int[limit];

    /// <summary>Where each row is in the sum, if the row that is there is the same.</summary>
    private readonly int[] positions = new int[limit];
    private T[] values = [];

    /// <summary>The number of rows.</summary>
    internal int Count { get; private set; }

    /// <summary>The rows, in the order in which they were added.</summary>
    internal Span<int> Rows => rows.AsSpan(0, Count);

    /// <summary>The vectors of the rows.</summary>
    internal Span<T> Values => values.AsSpan(0, Count * columns);

    /// <summary>The vector of the row at a position.</summary>
    internal ReadOnlySpan<T> At(int position) => values.AsSpan(position * columns, columns);

    /// <summary>Removes all rows.</summary>
    internal void Clear() => Count = 0;

    /// <summary>Adds a row.</summary>
    internal void Add(int row, ReadOnlySpan<T> added)
    {
        int position = positions[row];
        if (position < Count && rows[position] == row)
        {
            Span<T> sum = values.AsSpan(position * columns, columns);
            TensorPrimitives.Add(sum, added, sum);
            return;
        }

        Reserve(Count + 1);
        positions[row] = Count;
        rows[Count] = row;
        added.CopyTo(values.AsSpan(Count++ * columns, columns));
    }

    /// <summary>Adds the rows of another sum.</summary>
    internal void Add(RowSum<T> other)
    {
        for (int position = 0; position < other.Count; position++)
        {
            Add(other.rows[position], other.At(position));
        }
    }

    /// <summary>Makes room for a number of rows, which the caller then writes; <see cref="Index"/> must follow.</summary>
    internal void Resize(int count)
    {
        Reserve(count);
        Count = count;
    }

    /// <summary>Finds the positions of rows that the caller has written.</summary>
    internal void Index()
    {
        for (int position = 0; position < Count; position++)
        {
            positions[rows[position]] = position;
        }
    }

    private void Reserve(int count)
    {
        if (values.Length < count * columns)
        {
            Array.Resize(ref values, int.Min(limit, int.Max(count, 2 * Count)) * columns);
        }
    }
}
