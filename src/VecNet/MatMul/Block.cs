using System.Numerics;

namespace VecNet;

/// <summary>A matrix as it lies in memory: element (i, j) at Start[i · Row + j].</summary>
internal unsafe struct Block<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements behind the rows of a block made by <see cref="Take"/>, so that rows do not all start in the same set of the cache.</summary>
    private const int Padding = 16;

    internal T* Start;
    internal nint Row;
    internal nint Rows;
    internal nint Columns;

    /// <summary>A block at <paramref name="room"/>, which moves behind it.</summary>
    internal static Block<T> Take(ref T* room, nint rows, nint columns)
    {
        Block<T> block = new() { Start = room, Row = RowOf(columns), Rows = rows, Columns = columns };
        room += SizeOf(rows, columns);
        return block;
    }

    /// <summary>Elements that <see cref="Take"/> takes.</summary>
    internal static nint SizeOf(nint rows, nint columns) => rows * RowOf(columns);

    private static nint RowOf(nint columns) => Blocking.RoundUp(columns, Padding) + Padding;
}

/// <summary>A matrix cut in half both ways. Of an odd number the first half has one more: the missing row or column counts as zeros.</summary>
internal unsafe struct Quadrants<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Block<T> Q11;
    internal Block<T> Q12;
    internal Block<T> Q21;
    internal Block<T> Q22;

    /// <summary>The quadrants of op(block), each as it lies in memory.</summary>
    internal Quadrants(in Block<T> block, bool isTransposed)
    {
        nint rows = (block.Rows + 1) / 2, columns = (block.Columns + 1) / 2;
        T* below = block.Start + (rows * block.Row);
        Q11 = new() { Start = block.Start, Row = block.Row, Rows = rows, Columns = columns };
        Q22 = new() { Start = below + columns, Row = block.Row, Rows = block.Rows - rows, Columns = block.Columns - columns };
        Block<T> right = new() { Start = block.Start + columns, Row = block.Row, Rows = rows, Columns = block.Columns - columns };
        Block<T> left = new() { Start = below, Row = block.Row, Rows = block.Rows - rows, Columns = columns };
        Q12 = isTransposed ? left : right;
        Q21 = isTransposed ? right : left;
    }
}
