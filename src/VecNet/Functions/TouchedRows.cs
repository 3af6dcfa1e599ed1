namespace VecNet;

/// <summary>
/// The rows of a sparse gradient that hold something: a set of numbers below a limit, whose operations take the time of what is in it,
/// never of the limit.
/// </summary>
/// <remarks>
/// A row is in the set if the place that is remembered for it is filled, and by itself; what is remembered for others may be anything, so
/// that nothing is cleared. Source: Briggs, Torczon, "An Efficient Representation for Sparse Sets", 1993.
/// </remarks>
internal sealed class TouchedRows(int limit)
{
    private int[] rows = [];
    private int[] positions = [];
    private int count;

    /// <summary>Each row once, in the order in which they came.</summary>
    internal ReadOnlySpan<int> All => rows.AsSpan(0, count);

    /// <summary>
    /// Takes the memory of the set, which is empty and cannot take in rows before: the plan of a network can be made without it.
    /// </summary>
    internal void Allocate()
    {
        rows = new int[limit];
        positions = new int[limit];
    }

    /// <summary>Takes a row in, if it is not there already.</summary>
    internal void Add(int row)
    {
        int position = positions[row];
        if (position >= count || rows[position] != row)
        {
            positions[row] = count;
            rows[count++] = row;
        }
    }

    internal void Clear() => count = 0;
}
