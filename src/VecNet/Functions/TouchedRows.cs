namespace VecNet;

/// <summary>
/// The rows of a sparse gradient that have been written: a set of numbers below a limit, whose operations take time for the numbers in it,
/// not for the limit.
/// </summary>
/// <remarks>
/// A row is in the set if the position stored for it is in use and contains the row. The positions stored for other rows are arbitrary, so
/// that clearing takes no time. Source: Briggs, Torczon, "An Efficient Representation for Sparse Sets", 1993.
/// </remarks>
internal sealed class TouchedRows(int limit)
{
    private int[] rows = [];
    private int[] positions = [];
    private int count;

    /// <summary>
    /// Whether the gradient is sparse: all rows that are not in the set are 0. Otherwise the set is empty, and every row counts.
    /// </summary>
    internal bool IsSparse;

    /// <summary>Each row once, in the order in which they were added.</summary>
    internal ReadOnlySpan<int> All => rows.AsSpan(0, count);

    /// <summary>
    /// Allocates the memory of the set, before which no row can be added; the plan of a network can be created without it.
    /// </summary>
    internal void Allocate()
    {
        rows = new int[limit];
        positions = new int[limit];
        IsSparse = true;
    }

    /// <summary>Adds a row if it is not in the set.</summary>
    internal void Add(int row)
    {
        int position = positions[row];
        if (position >= count || rows[position] != row)
        {
            positions[row] = count;
            rows[count++] = row;
        }
    }

    /// <summary>Adds those of the given rows that are not in the set.</summary>
    internal void AddAll(ReadOnlySpan<int> added)
    {
        foreach (int row in added)
        {
            Add(row);
        }
    }

    internal void Clear() => count = 0;

    /// <summary>Begins a sparse gradient, whose rows are all 0; the first time allocates the memory of the set.</summary>
    internal void BeginSparse()
    {
        if (rows.Length < limit)
        {
            Allocate();
        }

        IsSparse = true;
        Clear();
    }

    /// <summary>Begins a gradient of which every row counts.</summary>
    internal void BeginDense()
    {
        IsSparse = false;
        Clear();
    }
}
