namespace VecNet;

/// <summary>
/// The position of a matrix that a layer has declared: in the memory of the workspace or, if it is per thread, in that of its threads.
/// </summary>
internal readonly struct WorkspaceSlot(int offset, int columns, Extent extent)
{
    /// <summary>The offset of the first element; for a matrix per thread, the number of columns of those before it.</summary>
    internal readonly int Offset = offset;

    /// <summary>The number of columns.</summary>
    internal readonly int Columns = columns;

    /// <summary>The unit for which the matrix has a row.</summary>
    internal readonly Extent Extent = extent;
}
