namespace VecNet;

/// <summary>A matrix in the memory of a workspace: the buffer of a plan, or columns of one.</summary>
internal readonly struct WorkspaceMatrix(int offset, int columns, int rowStride, RowSet rows)
{
    /// <summary>The offset of the first element.</summary>
    internal readonly int Offset = offset;

    /// <summary>The number of columns.</summary>
    internal readonly int Columns = columns;

    /// <summary>The distance between two rows.</summary>
    internal readonly int RowStride = rowStride;

    /// <summary>The rows.</summary>
    internal readonly RowSet Rows = rows;
}
